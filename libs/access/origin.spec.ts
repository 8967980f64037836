import { describe, expect, it } from '@jest/globals';
import { isAmong, originOf } from './origin.js';

describe('originOf', () => {
  it.each([
    ['https://shop.example', 'https://shop.example'],
    ['https://SHOP.example', 'https://shop.example'],
    ['HTTPS://shop.example/', 'https://shop.example'],
    ['https://shop.example:443', 'https://shop.example'],
    ['http://shop.example:80', 'http://shop.example'],
    ['https://shop.example:8443', 'https://shop.example:8443'],
    ['http://shop.example:443', 'http://shop.example:443'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['https://xn--bcher-kva.example', 'https://xn--bcher-kva.example'],
    ['http://localhost:5173', 'http://localhost:5173'],
    ['http://127.0.0.1:5173', 'http://127.0.0.1:5173'],
    ['http://[::1]:5173', 'http://[::1]:5173'],
    ['https://*.shop.example', 'https://*.shop.example'],
    ['https://*.Shop.example:443', 'https://*.shop.example'],
    ['capacitor://localhost', 'capacitor://localhost'],
    ['ionic://localhost', 'ionic://localhost'],
    ['chrome-extension://abcdefghijklmnopabcdefghijklmnop', 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'],
    ['moz-extension://0B2C4D6E-1111-4222-8333-444455556666', 'moz-extension://0b2c4d6e-1111-4222-8333-444455556666'],
  ])('%s is %s', (text, origin) => {
    expect(originOf(text)).toBe(origin);
    expect(originOf(origin)).toBe(origin);
  });

  it.each([
    '',
    '*',
    'null',
    'shop.example',
    '//shop.example',
    'https://',
    'https:///',
    'https://shop.example/path',
    'https://shop.example//',
    'https://shop.example?q',
    'https://shop.example#f',
    'https://user@shop.example',
    'https://user:password@shop.example',
    'https://shop example',
    ' https://shop.example',
    'https://shop.example:99999',
    'https://shop.example:x',
    'https://*',
    'https://*.*.example',
    'https://shop.*',
    'https://shop*.example',
    'https://a.*.example',
    'https://*.0.0.1',
    'chrome-extension://*',
    'file://host',
    'javascript:alert(1)',
    'mailto:a@shop.example',
    `https://${'a.'.repeat(150)}example`,
  ])('%j is none', (text) => expect(originOf(text)).toBeNull());
});

describe('isAmong', () => {
  const origins = ['https://shop.example', 'https://*.shop.example', 'http://*.shop.example:8080'];

  it.each([
    ['https://shop.example', true],
    ['https://a.shop.example', true],
    ['http://a.shop.example:8080', true],
    ['https://*.shop.example', true],
    ['https://a.b.shop.example', false],
    ['http://a.shop.example', false],
    ['https://a.shop.example:8443', false],
    ['https://ashop.example', false],
    ['https://a.shop.example.evil.example', false],
    ['https://SHOP.example', false],
    ['https://.shop.example', false],
    ['null', false],
    ['', false],
  ])('%s: %p', (origin, expected) => expect(isAmong(origin, origins)).toBe(expected));
});
