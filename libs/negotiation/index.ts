/** What a client says in `Accept` or `Accept-Encoding` (RFC 9110, 12.4.2): a weight for each name, in lower case. */
export function weightsIn(field = ''): Map<string, number> {
  const items = field
    .toLowerCase()
    .split(',')
    .map((item) => item.split(';').map((part) => part.trim()));
  return new Map(items.map(([name, ...parameters]) => [name!, weightAmong(parameters)]));
}

function weightAmong(parameters: string[]): number {
  return Number(parameters.find((one) => one.startsWith('q='))?.slice(2) ?? 1);
}
