/** Secrets of 32 bytes and more that tutorials and tools print, and programs therefore run on. */
const wellKnown = new Set([
  // jwt.io
  'a-string-secret-at-least-256-bits-long',
  'a-valid-string-secret-that-is-at-least-384-bits-long',
  'a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long',
  // RFC 7515, appendix A.1
  'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
  // FastAPI's tutorial
  '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7',
  // tutorials of Spring Security
  '404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970',
]);

const placeholder =
  /your[-_ ]?([a-z0-9]{1,12}[-_ ]){0,3}(secret|key|token)|change[-_ ]?(me|this|it)|placeholder|replace[-_ ]?(me|this|it)/i;

export const maxSecretLength = 512;

/** Guesses, as a power of ten, that a secret must withstand: 80 bits. */
const fewestGuesses = 24;

/**
 * What is wrong with a key or secret that was made elsewhere; null if it can be taken. A key: 32 to 512 printable ASCII
 * characters, none of ours. A secret: 32 to 512 bytes without control characters (RFC 7518 §3.2 asks for 32). Refused
 * for being guessable: what zxcvbn estimates to hold less than 80 bits (words, dates, repetitions and runs, one after the
 * other), a text that asks to be replaced ("change-me", "your-256-bit-secret"), and the few in {@link wellKnown}.
 */
export async function faultOfBroughtSecret(type: 'api-key' | 'client', secret: string): Promise<string | null> {
  if (type === 'api-key' && !/^[!-~][ -~]{30,510}[!-~]$/.test(secret))
    return 'secret must be 32 to 512 printable ASCII characters, the first and last of them no space';
  if (type === 'api-key' && secret.startsWith('aw_')) return 'secret must not begin with aw_';
  const bytes = Buffer.byteLength(secret);
  if (bytes < 32 || bytes > maxSecretLength) return 'secret must be 32 to 512 bytes long';
  if (/\p{Cc}/u.test(secret)) return 'secret must not contain control characters';
  return (await isGuessable(secret)) ? 'secret must not be one that can be guessed' : null;
}

async function isGuessable(secret: string): Promise<boolean> {
  if (wellKnown.has(secret) || placeholder.test(secret)) return true;
  estimator ??= loadEstimator();
  return (await estimator).check(secret).guessesLog10 < fewestGuesses;
}

let estimator: ReturnType<typeof loadEstimator> | undefined;

/** Only where it is wanted: its dictionaries take a tenth of a second. */
async function loadEstimator() {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  // Estimates take time by the square of the length, and by the number of letters that digits may stand for.
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: 64, l33tMaxSubstitutions: 8 });
}
