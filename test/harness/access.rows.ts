import { hash } from 'node:crypto';
import { type Client, vendorToken } from './access.tokens.js';

/** One request and the answer that it must get, whichever door it knocks at. */
export interface AccessRow {
  title: string;
  /** Header fields in the order in which they are sent, repeated ones included. */
  fields: [name: string, value: string][];
  query?: string;
  status: 200 | 400 | 401;
  /** The public message; absent where the status is 200. */
  detail?: string;
  /** The value of `WWW-Authenticate`; absent where the status is not 401. */
  challenge?: string;
}

/** Every way to knock with an API key. `brought` is a key that was made elsewhere, `unknown` has the right shape only. */
export function apiKeyRows({ key, brought, unknown }: { key: string; brought: string; unknown: string }): AccessRow[] {
  const typo = key.slice(0, 10) + (key[10] === 'x' ? 'y' : 'x') + key.slice(11);
  return [
    accepted('as documented', `Bearer ${key}`),
    accepted('bearer in lower case', `bearer ${key}`),
    accepted('BEARER in upper case', `BEARER ${key}`),
    accepted('several spaces after the scheme', `Bearer   ${key}`),
    accepted('white space around the value', ` Bearer ${key} `),
    accepted('a key that was brought along', `Bearer ${brought}`),
    { ...accepted('another key in the query', `Bearer ${key}`), query: `key=${unknown}&api_key=${unknown}` },
    none('no header field'),
    none('an empty header field', ['authorization', '']),
    none('the key in X-Api-Key', ['x-api-key', key]),
    none('the key in auth', ['auth', key]),
    none('the key in Proxy-Authorization', ['proxy-authorization', `Bearer ${key}`]),
    none('the key in a cookie', ['cookie', `authorization=Bearer ${key}; token=${key}`]),
    { ...none('the key in the query'), query: `access_token=${key}&key=${key}&authorization=Bearer%20${key}` },
    refused('the scheme alone', 'Bearer'),
    refused('the key alone', key),
    refused('no space after the scheme', `Bearer${key}`),
    refused('a tab after the scheme', `Bearer\t${key}`),
    refused('the scheme Basic', `Basic ${Buffer.from(`${key}:`).toString('base64')}`),
    refused('the scheme Token', `Token ${key}`),
    refused('another scheme in front', `Basic Bearer ${key}`),
    refused('the scheme twice', `Bearer Bearer ${key}`),
    refused('a typo', `Bearer ${typo}`),
    refused('a typo in the checksum', `Bearer ${key.slice(0, -1)}${key.endsWith('x') ? 'y' : 'x'}`),
    refused('another case', `Bearer ${key.toLowerCase()}`),
    refused('the prefix in upper case', `Bearer AW_${key.slice(3)}`),
    refused('without its prefix', `Bearer ${key.slice(3)}`),
    refused('one character short', `Bearer ${key.slice(0, -1)}`),
    refused('one character long', `Bearer ${key}0`),
    refused('the right shape, but unknown', `Bearer ${unknown}`),
    refused('a typo in a key that was brought along', `Bearer ${brought}x`),
    refused('the hash of the key', `Bearer ${hash('sha256', key)}`),
    refused('quotes', `Bearer "${key}"`),
    refused('two in one field', `Bearer ${key}, Bearer ${key}`),
    refused('a parameter behind it', `Bearer ${key}, realm="x"`),
    refused('a space in it', `Bearer ${key.slice(0, 9)} ${key.slice(9)}`),
    refused('an encoded character', `Bearer %61${key.slice(1)}`),
    refused('a character that is not ASCII', `Bearer ${key}é`),
    refused('SQL', `Bearer x' OR '1'='1' -- ${'x'.repeat(32)}`),
    refused('4 KiB', `Bearer ${'x'.repeat(4096)}`),
    ...['authorization', 'auth', 'client-id'].map((name) => twice(name, [['authorization', `Bearer ${key}`]])),
  ];

  function none(title: string, ...fields: AccessRow['fields']): AccessRow {
    const detail = 'no credential was sent: send "Authorization: Bearer <API key>"';
    return { title, fields, status: 401, detail, challenge: 'Bearer' };
  }
}

/** Every way to knock as a client with its secret. */
export function clientRows(client: Client, foreign: Client): AccessRow[] {
  const id: [string, string] = ['client-id', client.id];
  const wrong = (title: string, fields: AccessRow['fields']): AccessRow => ({ ...refused(title, ''), fields });
  return [
    { title: 'as documented', fields: [id, bearer(client.secret)], status: 200 },
    { title: 'bearer in lower case', fields: [id, ['authorization', `bearer ${client.secret}`]], status: 200 },
    {
      title: 'no header field',
      fields: [],
      status: 401,
      detail: 'no credential was sent: send "client-id: <client id>" and "Authorization: Bearer <client secret>"',
      challenge: 'Bearer',
    },
    wrong('no secret', [id]),
    wrong('an empty secret', [id, ['authorization', 'Bearer ']]),
    wrong('the secret without a scheme', [id, ['authorization', client.secret]]),
    wrong('no client id', [bearer(client.secret)]),
    wrong('an empty client id', [['client-id', ''], bearer(client.secret)]),
    wrong('a wrong secret', [id, bearer(`${client.secret}x`)]),
    wrong('a shortened secret', [id, bearer(client.secret.slice(0, -1))]),
    wrong("another client's secret", [id, bearer(foreign.secret)]),
    wrong('another client id', [['client-id', foreign.id], bearer(client.secret)]),
    wrong('an unknown client id', [['client-id', 'cs-0'], bearer(client.secret)]),
    wrong('the client id in upper case', [['client-id', client.id.toUpperCase()], bearer(client.secret)]),
    wrong('a client id that can be none', [['client-id', `${client.id}'--`], bearer(client.secret)]),
    wrong('two client ids in one field', [['client-id', `${client.id}, ${client.id}`], bearer(client.secret)]),
    wrong('the client id as secret', [id, bearer(client.id)]),
    wrong('a JWT of the client', [id, bearer(vendorToken(client))]),
    ...['authorization', 'auth', 'client-id'].map((name) => twice(name, [id, bearer(client.secret)])),
  ];
}

function bearer(token: string): [name: string, value: string] {
  return ['authorization', `Bearer ${token}`];
}

function accepted(title: string, authorization: string): AccessRow {
  return { title, fields: [['authorization', authorization]], status: 200 };
}

function refused(title: string, authorization: string): AccessRow {
  return {
    title,
    fields: [['authorization', authorization]],
    status: 401,
    detail: 'the credential is not valid',
    challenge: 'Bearer error="invalid_token"',
  };
}

/** The right credential, and `name` twice: once as it is there, or else anything. */
export function twice(name: string, right: AccessRow['fields']): AccessRow {
  const first = right.find(([sent]) => sent === name)?.[1] ?? 'x';
  const others = right.filter(([sent]) => sent !== name);
  return {
    title: `${name} twice`,
    fields: [...others, [name, first], [name.toUpperCase(), first]],
    status: 400,
    detail: `the header field ${name} was sent more than once`,
  };
}
