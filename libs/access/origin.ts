/** `https://*.shop.example` stands for every origin with one more label there. */
const wildcard = /^\*(?:\.[^.*]+)+$/;

/** The first label of a host of several. */
const firstLabel = /^(https?:\/\/)[^.:/[\]]+(?=\.)/;

/**
 * An origin as browsers write it in the header `Origin`: lower case, punycode, no default port. Origins of apps and
 * extensions, such as `capacitor://localhost`, are origins too. null for a text that means none.
 */
export function originOf(text: string): string | null {
  if (text.length > 300 || !/^[a-z][a-z\d+.-]*:\/\/[^\s/?#@\\]+\/?$/i.test(text) || !URL.canParse(text)) return null;
  const { protocol, host, hostname } = new URL(text);
  const isOfTheWeb = protocol === 'https:' || protocol === 'http:';
  if (host === '' || protocol === 'file:') return null;
  if (host.includes('*') && !(isOfTheWeb && wildcard.test(hostname))) return null;
  return `${protocol}//${host.toLowerCase()}`;
}

/** Whether `origins`, each as {@link originOf} writes it, name `origin`, itself or by a wildcard. */
export function isAmong(origin: string, origins: readonly string[]): boolean {
  return origins.includes(origin) || origins.includes(origin.replace(firstLabel, '$1*'));
}
