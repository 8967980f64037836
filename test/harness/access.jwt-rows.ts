import { generateKeyPairSync, hash, type KeyObject, sign as signWithKey } from 'node:crypto';
import { type AccessRow, twice } from './access.rows.js';
import {
  base64url,
  base64urlAlphabet,
  type Client,
  hmac,
  type Json,
  jwt,
  type Signer,
  vendorToken,
} from './access.tokens.js';

/** Every way to knock with a JWT in the header `auth`. `foreign` is a client of another workspace. */
export function jwtRows(client: Client, foreign: Client): AccessRow[] {
  const header = { alg: 'HS256', typ: 'JWT' };
  const claims = { sub: 'u', appId: client.id };
  const mine = hmac(client.secret);
  return [
    ...[
      ...shapes(client, header, claims, mine),
      ...encodings(header, claims, mine),
      ...algorithms(client, header, claims, mine),
      ...keyTricks(header, claims, mine),
      ...clients(client, foreign, header, mine),
      ...times(header, claims, mine),
    ].map(([title, token, verdict]) => jwtRow(title, token, verdict)),
    none('no header field', []),
    none('an empty header field', [['auth', '']]),
    none('the right token as bearer', [['authorization', `Bearer ${vendorToken(client)}`]]),
    { ...none('the right token in the query', []), query: `auth=${vendorToken(client)}` },
    ...['auth', 'authorization'].map((name) => twice(name, [['auth', vendorToken(client)]])),
  ];
}

function none(title: string, fields: AccessRow['fields']): AccessRow {
  return { title, fields, status: 401, detail: 'no credential was sent: send "auth: <JWT>"', challenge: 'Bearer' };
}

type Verdict = 'accepted' | 'refused' | 'no JWT';
type TokenRow = [title: string, token: string, verdict: Verdict];

function jwtRow(title: string, token: string, verdict: Verdict): AccessRow {
  const fields: AccessRow['fields'] = [['auth', token]];
  if (verdict === 'accepted') return { title, fields, status: 200 };
  const detail = verdict === 'refused' ? 'the credential is not valid' : 'the credential is not a JWT';
  return { title, fields, status: 401, detail, challenge: 'Bearer error="invalid_token"' };
}

function shapes(client: Client, header: Json, claims: Json, mine: Signer): TokenRow[] {
  const right = jwt(header, claims, mine);
  const [head, payload, signature] = partsOf(right);
  return [
    ['sub and appId', right, 'accepted'],
    ["the vendor's own shape", vendorToken(client), 'accepted'],
    ['appId alone', jwt(header, { appId: client.id }, mine), 'accepted'],
    ['a header without typ', jwt({ alg: 'HS256' }, claims, mine), 'accepted'],
    ['another typ', jwt({ alg: 'HS256', typ: 'at+jwt' }, claims, mine), 'accepted'],
    ['jti, aud and iss', jwt(header, { ...claims, jti: 'x', aud: 'y', iss: 'z' }, mine), 'accepted'],
    ['white space inside the JSON', jwt(' {"alg" : "HS256"}\n', JSON.stringify(claims, null, 2), mine), 'accepted'],
    ['one word', 'token', 'no JWT'],
    ['two parts', `${head}.${payload}`, 'no JWT'],
    ['four parts', `${right}.${signature}`, 'no JWT'],
    ['five parts', `${right}.${signature}.${signature}`, 'no JWT'],
    ['dots alone', '..', 'no JWT'],
    ['an empty header', `.${payload}.${signature}`, 'no JWT'],
    ['empty claims', `${head}..${signature}`, 'no JWT'],
    ['an empty signature', `${head}.${payload}.`, 'refused'],
    ['a shortened signature', `${head}.${payload}.${signature.slice(0, -3)}`, 'refused'],
    ['half a signature', jwt(header, claims, (input) => Buffer.from(mine(input)).subarray(0, 16)), 'refused'],
    [
      'a lengthened signature',
      jwt(header, claims, (input) => Buffer.concat([Buffer.from(mine(input)), Buffer.alloc(4)])),
      'refused',
    ],
    [
      'the signature of another token',
      `${head}.${base64url(JSON.stringify({ ...claims, sub: 'v' }))}.${signature}`,
      'refused',
    ],
    ['more than 8 KiB', jwt(header, { ...claims, pad: 'x'.repeat(6200) }, mine), 'no JWT'],
    ['nearly 8 KiB', jwt(header, { ...claims, pad: 'x'.repeat(5900) }, mine), 'accepted'],
  ];
}

function encodings(header: Json, claims: Json, mine: Signer): TokenRow[] {
  const right = jwt(header, { ...claims, sub: '???>>>~~~' }, mine);
  const [head, payload, signature] = partsOf(right);
  // 16 bytes: 22 digits of base64url, where padding would be two.
  const padded = partsOf(jwt('{"alg":"HS256"} ', claims, mine));
  const bom = Buffer.from([0xef, 0xbb, 0xbf]);
  const claim = JSON.stringify(claims).slice(1);
  return [
    ['the scheme word Bearer', `Bearer ${right}`, 'no JWT'],
    ['quotes', `"${right}"`, 'no JWT'],
    ['a space in it', `${head}. ${payload}.${signature}`, 'no JWT'],
    ['a tab in it', `${head}\t.${payload}.${signature}`, 'no JWT'],
    ['a comma and another', `${right}, ${right}`, 'no JWT'],
    ['a padded header', `${padded[0]}==.${padded[1]}.${padded[2]}`, 'no JWT'],
    ['a padded signature', `${right}=`, 'no JWT'],
    ['the alphabet of base64', right.replaceAll('-', '+').replaceAll('_', '/'), 'no JWT'],
    ['percent-encoding', `${head}%2E${payload}.${signature}`, 'no JWT'],
    ['spare bits set in the signature', right.slice(0, -1) + successor(right.at(-1)!), 'no JWT'],
    [
      'spare bits set in the header',
      `${padded[0].slice(0, -1)}${successor(padded[0].at(-1)!)}.${padded[1]}.${padded[2]}`,
      'no JWT',
    ],
    ['a BOM before the header', jwt(Buffer.concat([bom, Buffer.from(JSON.stringify(header))]), claims, mine), 'no JWT'],
    ['a BOM before the claims', jwt(header, Buffer.concat([bom, Buffer.from(JSON.stringify(claims))]), mine), 'no JWT'],
    ['claims in UTF-16', jwt(header, Buffer.from(JSON.stringify(claims), 'utf16le'), mine), 'no JWT'],
    ['claims that are not UTF-8', jwt(header, Buffer.from(`{"sub":"\xff",${claim}`, 'latin1'), mine), 'no JWT'],
    ['a header that is an array', jwt('["HS256"]', claims, mine), 'no JWT'],
    ['a header that is a string', jwt('"HS256"', claims, mine), 'no JWT'],
    ['a header that is null', jwt('null', claims, mine), 'no JWT'],
    ['claims that are an array', jwt(header, JSON.stringify([claims]), mine), 'no JWT'],
    ['claims that are a number', jwt(header, '1', mine), 'no JWT'],
    ['claims that are cut off', jwt(header, JSON.stringify(claims).slice(0, -1), mine), 'no JWT'],
    ['claims nested too deeply', jwt(header, `{"sub":${'['.repeat(80)}${']'.repeat(80)},${claim}`, mine), 'no JWT'],
    ['alg twice', jwt('{"alg":"none","alg":"HS256"}', claims, mine), 'no JWT'],
    ['alg twice, once escaped', jwt('{"alg":"HS256","\\u0061lg":"HS256"}', claims, mine), 'no JWT'],
    ['appId twice', jwt(header, `{"appId":"cs-other",${claim}`, mine), 'no JWT'],
    ['exp twice', jwt(header, `{"exp":1,"exp":9999999999,${claim}`, mine), 'no JWT'],
    ['a nested member twice', jwt(header, `{"x":{"y":1,"y":1},${claim}`, mine), 'no JWT'],
    ['__proto__ in the header', jwt('{"alg":"HS256","__proto__":{}}', claims, mine), 'no JWT'],
    ['__proto__ in the claims', jwt(header, `{"__proto__":{"exp":9999999999},${claim}`, mine), 'no JWT'],
    ['__proto__ in the claims, escaped', jwt(header, `{"\\u005f_proto__":{},${claim}`, mine), 'no JWT'],
  ];
}

function partsOf(token: string): [header: string, claims: string, signature: string] {
  const [header = '', claims = '', signature = ''] = token.split('.');
  return [header, claims, signature];
}

/** The next digit of base64url: it differs in the last bit, which is unused where a part is cut short. */
function successor(digit: string): string {
  return base64urlAlphabet[base64urlAlphabet.indexOf(digit) + 1]!;
}

function unsigned(): string {
  return '';
}

function asymmetric(key: KeyObject, digest: string | null): Signer {
  return (input) => signWithKey(digest, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
}

function algorithms(client: Client, header: Json, claims: Json, mine: Signer): TokenRow[] {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ed = generateKeyPairSync('ed25519');
  const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
  const alg = (value: unknown): Json => ({ ...header, alg: value });
  return [
    ...['none', 'None', 'NONE', 'nOnE'].map((spelling): TokenRow => [
      `alg ${spelling}, unsigned`,
      jwt(alg(spelling), claims, unsigned),
      'refused',
    ]),
    ['alg none, signed all the same', jwt(alg('none'), claims, mine), 'refused'],
    ['alg none, spelt with white space', jwt(alg('none '), claims, unsigned), 'refused'],
    ['no alg', jwt({ typ: 'JWT' }, claims, mine), 'refused'],
    ['alg null', jwt(alg(null), claims, mine), 'refused'],
    ['alg empty', jwt(alg(''), claims, mine), 'refused'],
    ['alg as an array', jwt(alg(['HS256']), claims, mine), 'refused'],
    ['alg in lower case', jwt(alg('hs256'), claims, mine), 'refused'],
    ['HS384 with the secret', jwt(alg('HS384'), claims, hmac(client.secret, 'sha384')), 'refused'],
    ['HS512 with the secret', jwt(alg('HS512'), claims, hmac(client.secret, 'sha512')), 'refused'],
    ['HS512 that says HS256', jwt(header, claims, hmac(client.secret, 'sha512')), 'refused'],
    ['HS256 that says HS512', jwt(alg('HS512'), claims, mine), 'refused'],
    ['RS256', jwt(alg('RS256'), claims, asymmetric(rsa.privateKey, 'sha256')), 'refused'],
    ['ES256', jwt(alg('ES256'), claims, asymmetric(ec.privateKey, 'sha256')), 'refused'],
    ['ES256 with a signature of zeros', jwt(alg('ES256'), claims, () => Buffer.alloc(64)), 'refused'],
    ['EdDSA', jwt(alg('EdDSA'), claims, asymmetric(ed.privateKey, null)), 'refused'],
    ['an RSA public key as HMAC secret', jwt(header, claims, hmac(pem)), 'refused'],
    ['crit', jwt({ ...header, crit: ['exp'], exp: 1 }, claims, mine), 'refused'],
    ['crit naming what nobody knows', jwt({ ...header, crit: ['x'], x: 1 }, claims, mine), 'refused'],
    ['crit empty', jwt({ ...header, crit: [] }, claims, mine), 'refused'],
    ['b64 false', jwt({ ...header, b64: false }, claims, mine), 'refused'],
    ['b64 false with crit', jwt({ ...header, b64: false, crit: ['b64'] }, claims, mine), 'refused'],
    ['b64 true', jwt({ ...header, b64: true }, claims, mine), 'refused'],
  ];
}

/** Nothing in the header may choose the key: with the right secret it is ignored, with any other it does not help. */
function keyTricks(header: Json, claims: Json, mine: Signer): TokenRow[] {
  const own = 'a secret that the sender brings along';
  const jwk = { kty: 'oct', alg: 'HS256', k: base64url(own) };
  const tricks: [string, Json, string][] = [
    ['kid with a path', { kid: '../../../../../../dev/null' }, ''],
    ['kid with SQL', { kid: `x' UNION SELECT '${own}' --` }, own],
    ['kid with a command', { kid: '|/bin/echo x' }, own],
    ['kid with NUL', { kid: '\0' }, own],
    ['kid that is an object', { kid: { $ne: null } }, own],
    ['jku', { jku: 'http://127.0.0.1:9/jwks.json' }, own],
    ['jwk', { jwk }, own],
    ['x5u', { x5u: 'http://127.0.0.1:9/cert.pem' }, own],
    ['x5c', { x5c: [Buffer.from(own).toString('base64')] }, own],
  ];
  return tricks.flatMap(([title, more, secret]): TokenRow[] => [
    [`${title}, signed with the key that it leads to`, jwt({ ...header, ...more }, claims, hmac(secret)), 'refused'],
    [`${title}, signed with the right secret`, jwt({ ...header, ...more }, claims, mine), 'accepted'],
  ]);
}

function clients(client: Client, foreign: Client, header: Json, mine: Signer): TokenRow[] {
  const naming = (appId: unknown): string => jwt(header, { sub: 'u', appId }, mine);
  return [
    ['no appId', jwt(header, { sub: client.id }, mine), 'refused'],
    ['appId null', naming(null), 'refused'],
    ['appId a number', naming(1), 'refused'],
    ['appId an array', naming([client.id]), 'refused'],
    ['appId an object', naming({ $ne: '' }), 'refused'],
    ['appId empty', naming(''), 'refused'],
    ['appId unknown', naming('cs-00000000-0000-4000-8000-000000000000'), 'refused'],
    ['appId with NUL', naming(`${client.id}\0`), 'refused'],
    ['appId with white space', naming(` ${client.id}`), 'refused'],
    ['appId in upper case', naming(client.id.toUpperCase()), 'refused'],
    ['appId with SQL', naming("x' OR '1'='1"), 'refused'],
    ['appId very long', naming('c'.repeat(4000)), 'refused'],
    ["appId of another workspace's client", naming(foreign.id), 'refused'],
    ["signed with another client's secret", jwt(header, { appId: client.id }, hmac(foreign.secret)), 'refused'],
    ['signed with the client id', jwt(header, { appId: client.id }, hmac(client.id)), 'refused'],
    ['signed with nothing', jwt(header, { appId: client.id }, hmac('')), 'refused'],
    [
      'signed with the hash of the secret',
      jwt(header, { appId: client.id }, hmac(hash('sha256', client.secret))),
      'refused',
    ],
  ];
}

/** The leeway is 60 s both ways. What is accepted at its edge has 20 s to spare, what is refused stays refused. */
function times(header: Json, claims: Json, mine: Signer): TokenRow[] {
  const now = Date.now() / 1000;
  const row = (title: string, verdict: Verdict, value = title): TokenRow => {
    const [claim, json] = value.split(' ');
    return [title, jwt(header, `{"${claim}":${json},${JSON.stringify(claims).slice(1)}`, mine), verdict];
  };
  return [
    row('exp in an hour', 'accepted', `exp ${Math.ceil(now + 3600)}`),
    row('exp in an hour and a fraction', 'accepted', `exp ${Math.ceil(now + 3600)}.189`),
    row('exp 40 s ago', 'accepted', `exp ${now - 40}`),
    row('exp 60 s ago', 'refused', `exp ${now - 60}`),
    row('exp an hour ago', 'refused', `exp ${now - 3600}`),
    ...['0', '-0', '-1', '1e-400'].map((exp) => row(`exp ${exp}`, 'refused')),
    row('exp at the end of the year 9999', 'accepted', 'exp 253402300799.9'),
    row('exp beyond the year 9999', 'refused', 'exp 253402300800'),
    row('exp in milliseconds', 'refused', `exp ${Math.ceil(now + 3600) * 1000}`),
    row('exp 1e300', 'refused'),
    ...['1e400', '-1e400', 'NaN', 'Infinity', '0x7fffffff', '01'].map((exp) => row(`exp ${exp}`, 'no JWT')),
    ...['"9999999999"', '"2999-01-01T00:00:00Z"', 'null', 'true', '[9999999999]', '{}'].map((exp) =>
      row(`exp ${exp}`, 'refused'),
    ),
    ...['nbf', 'iat'].flatMap((claim) => [
      row(`${claim} an hour and a fraction ago`, 'accepted', `${claim} ${Math.floor(now - 3600)}.189`),
      row(`${claim} in 60 s`, 'accepted', `${claim} ${now + 60}`),
      row(`${claim} in 120 s`, 'refused', `${claim} ${now + 120}`),
      row(`${claim} in milliseconds`, 'refused', `${claim} ${Math.round(now) * 1000}`),
      ...['0', '-1'].map((start) => row(`${claim} ${start}`, 'accepted')),
      ...['1e300', '"0"', 'null', 'false', '[]'].map((start) => row(`${claim} ${start}`, 'refused')),
      row(`${claim} 1e400`, 'no JWT'),
    ]),
  ];
}
