import { describe, expect, it } from '@jest/globals';
import { readConfig } from './config.js';

describe('readConfig', () => {
  it.each(['PT0.999S', 'P3653DT0.001S', 'an hour'])('%s is not taken for FEEDBACK_WINDOW', (text) => {
    expect(() => readConfig({ FEEDBACK_WINDOW: text })).toThrow(
      'FEEDBACK_WINDOW must be an ISO 8601 duration from PT1S to P3653D, such as PT1H30M',
    );
  });

  it.each(['PT1S', 'P3653D'])('%s is taken for CONVERSATION_TTL', (text) => {
    expect(readConfig({ CONVERSATION_TTL: text }).CONVERSATION_TTL).toBe(text);
  });
});
