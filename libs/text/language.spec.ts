import { describe, expect, it } from '@jest/globals';
import { languageTag } from './language.js';

describe('languageTag', () => {
  it.each([
    ['en', 'en'],
    ['zh_cn', 'zh-CN'],
    ['ZH-hant-tw', 'zh-Hant-TW'],
    ['iw', 'he'],
  ])('%s is %s', (code, tag) => {
    expect(languageTag(code)).toBe(tag);
  });

  it.each(['', 'e', 'en_US.UTF-8', 'en--US', 'the language of flowers', `en-x${'-a'.repeat(16)}`, 'en\0'])(
    '%p has none',
    (code) => {
      expect(languageTag(code)).toBeNull();
    },
  );
});
