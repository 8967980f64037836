import { describe, expect, it } from '@jest/globals';
import { enumeration, enumSchema } from './enumeration.js';

describe('enumeration', () => {
  it('names the very array, not every array with the same values', () => {
    const seasons = enumeration('Season', ['wet', 'dry']);
    expect(enumSchema(seasons)).toEqual({ type: 'string', enum: ['wet', 'dry'], title: 'Season' });
    expect(enumSchema([...seasons])).toEqual({ type: 'string', enum: ['wet', 'dry'] });
  });
});
