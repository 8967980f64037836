import { describe, expect, it } from '@jest/globals';
import { readConfig } from './environment.js';

describe('readConfig', () => {
  it.each(['PT0.999S', 'P3653DT0.001S', 'an hour'])('%s is not taken for FEEDBACK_WINDOW', (text) => {
    expect(() => readConfig({ FEEDBACK_WINDOW: text })).toThrow(
      'FEEDBACK_WINDOW must be an ISO 8601 duration from PT1S to P3653D, such as PT1H30M',
    );
  });

  it.each(['PT1S', 'P3653D'])('%s is taken for CONVERSATION_TTL', (text) => {
    expect(readConfig({ CONVERSATION_TTL: text }).CONVERSATION_TTL).toBe(text);
  });

  it.each([
    '*',
    'https://SHOP.example',
    'https://*.shop.example, capacitor://localhost',
    'https://bücher.example:443/',
  ])('%s is taken for CORS_ORIGINS', (text) => expect(readConfig({ CORS_ORIGINS: text }).CORS_ORIGINS).toBe(text));

  it.each([
    'https://a.example,',
    '*, https://a.example',
    'shop.example',
    'https://a.*.example',
    'https://a.example/path',
  ])('%s is not taken for CORS_ORIGINS', (text) =>
    expect(() => readConfig({ CORS_ORIGINS: text })).toThrow(
      'CORS_ORIGINS must be * or origins such as https://shop.example, separated by commas',
    ),
  );

  it.each([
    ['/fb', '/fb'],
    ['/a.b/c~d/', '/a.b/c~d'],
    ['/', ''],
  ])('%s is taken for BASE_PATH, as %s', (text, path) => {
    expect(readConfig({ BASE_PATH: text }).basePath).toBe(path);
  });

  it.each(['fb', '//fb', '/fb//', '/a/../b', '/.', '/f b', '/f%62', '/fb?x', 'https://shop.example/fb'])(
    '%s is not taken for BASE_PATH',
    (text) =>
      expect(() => readConfig({ BASE_PATH: text })).toThrow('BASE_PATH must be a path of plain segments such as /fb'),
  );

  it.each(['10.0.0.0/8', 'loopback, 2001:db8::1'])('%s is taken for TRUST_PROXY', (text) => {
    expect(readConfig({ TRUST_PROXY: text }).TRUST_PROXY).toBe(text);
  });

  it.each(['1', 'true', '*', '10.0.0.0/0', '10.0.0.0/33', '10.0.0.0/', 'proxy.example'])(
    '%s is not taken for TRUST_PROXY',
    (text) => expect(() => readConfig({ TRUST_PROXY: text })).toThrow('TRUST_PROXY must be addresses such as 10.0.0.7'),
  );
});
