import { describe, expect, it } from '@jest/globals';
import { answersQuery, fragmentOf, intervalsFor, periodOf, viewIn } from './view.js';

const named = '#source=survey&instrument=A+%26+B&scale=nps&tz=UTC';
const now = Date.parse('2026-06-15T10:01:00Z');

describe('a view', () => {
  it('comes back from its address', () => {
    const view = viewIn(`${named}&period=custom&first=2026-06-01&last=2026-06-02&channel=&bands=kore&interval=hour`);
    expect(view).toMatchObject({ instrument: 'A & B', channel: '', language: null, bands: 'kore', interval: 'hour' });
    expect(viewIn(fragmentOf(view))).toEqual(view);
  });

  it('is as at the beginning where its address is wrong', () => {
    const wrong = viewIn('#scale=x&period=custom&first=2026-06-02&last=2026-06-01&bands=x&tz=Mars&since=2026&until=x');
    expect(wrong).toMatchObject({ scale: null, period: '30d', first: null, bands: 'standard', since: null });
    expect(wrong.tz).toBe(viewIn('').tz);
  });

  it.each(['US/Pacific', 'europe/berlin', '+01:00'])('keeps the time zone %s of its address', (tz) => {
    const view = viewIn(`#${new URLSearchParams({ tz })}`);
    expect([view.tz, viewIn(fragmentOf(view)).tz]).toEqual([tz, tz]);
  });

  it('ends at the next quarter of an hour', () => {
    expect(periodOf(viewIn(`${named}&period=24h`), now)).toEqual({
      from: '2026-06-14T10:15:00.000Z',
      to: '2026-06-15T10:15:00.000Z',
      length: 86_400_000,
    });
  });

  it('holds both days of a custom period', () => {
    const view = viewIn(`${named}&period=custom&first=2026-06-01&last=2026-06-02`);
    expect(periodOf(view, now)).toEqual({
      from: '2026-06-01',
      to: '2026-06-03',
      length: 2 * 86_400_000,
    });
  });

  it.each([
    ['24h', ['hour', 'day']],
    ['7d', ['hour', 'day', 'week']],
    ['90d', ['day', 'week', 'month']],
  ])('of %s may have bars of %j', (period, intervals) => {
    expect(intervalsFor(periodOf(viewIn(`${named}&period=${period}`), now))).toEqual(intervals);
  });

  it('asks for the answers of a band as it is drawn, and of those for what they are searched for', () => {
    const view = viewIn(`${named}&band=passive&bands=kore&q=slow&reason=&state=new`);
    expect(answersQuery(view, periodOf(view, now))).toMatchObject({
      instrument: 'A & B',
      scale: 'nps',
      band: 'passive',
      bands: 'kore',
      q: 'slow',
      reason: '',
      state: 'new',
    });
    expect(answersQuery(viewIn(named), periodOf(view, now))).not.toHaveProperty('band');
  });
});
