/** What the document says before its chapters. */
export function introduction(vendors: string[]): string {
  return `Collects what people say after a conversation with an agent, keeps every answer exactly once, and reads it back in one vocabulary.

The doors speak the dialects of ${new Intl.ListFormat('en-GB').format(vendors)}, so that clients written for them work unchanged; the native API under \`/v1\` reads and manages everything. Where a vendor’s contract says nothing, we decided: such a decision is marked **Ours**.

A 2xx means that it is stored. After a 5xx or a broken connection a request can be sent again without being stored twice where it names itself: by the \`id\` of a message feedback, by an \`Idempotency-Key\`, by the hour of a user feedback. Elsewhere it may then be stored twice.

**Ours**, on every door:
- Bodies are JSON in UTF-8 of at most 2,097,152 bytes, 64 levels and 50,000 values and keys, sent as \`application/json\` without a content encoding. A key twice in one object, or \`__proto__\` as a key, is refused with 400.
- Texts with NUL or half a surrogate pair are not valid input. Lengths are in code points.
- What is sent is checked in this order: path (404), method (405), content type (415), size (413), bytes (400), credential (401), scope, budget (429), content, the door’s own rules.
- Members and query parameters that are not known are ignored on the vendors’ doors and refused on the native one.
- Instants are RFC 3339 with an offset, a real day of the years 1 to 9999; second 60 is the next second, and only at 23:59 UTC; answers are in UTC with milliseconds.
- A respondent is one exact text in Unicode’s form NFC; the same text through two doors is the same person.
- Every response carries \`X-Request-Id\`. Paths work with and without a slash at the end, and HEAD wherever GET does.

What can go wrong, and what to do, is at [/problems](/problems).`;
}
