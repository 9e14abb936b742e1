import { describe, expect, it } from 'vitest';
import { uuid7 } from '../api/uuid7';
import { afterAttempt, type Entry, enqueue, hurry, next, outcomeOf, settle } from './outbox';

const ME = 'me';

function entry(subject: string, verb: Entry['verb'], more: Partial<Entry> = {}): Entry {
  return {
    id: uuid7(),
    member_id: ME,
    subject,
    verb,
    method: verb === 'create' ? 'POST' : verb === 'replace' ? 'PUT' : 'DELETE',
    path: '/api/workouts',
    body: { title: verb },
    created_at: '2026-11-23T12:00:00Z',
    tries: 0,
    not_before: 0,
    state: 'waiting',
    ...more,
  };
}

describe('the outbox', () => {
  it('sends in the order in which things were done', () => {
    const [a, b] = [entry('w1', 'create'), entry('w2', 'create')];
    expect(next([b, a], ME, 0)).toEqual({ send: a });
  });

  it('folds a change into a creation that was not sent', () => {
    const created = entry('w1', 'create');
    const changed = entry('w1', 'replace', { body: { title: 'better' } });
    expect(enqueue([created], changed)).toEqual([{ ...created, body: { title: 'better' } }]);
  });

  it('forgets what was made and deleted before anybody knew', () => {
    const created = entry('w1', 'create');
    expect(enqueue([created], entry('w1', 'delete'))).toEqual([]);
  });

  it('sends the deletion of what may have arrived', () => {
    const tried = entry('w1', 'create', { tries: 1 });
    const deletion = entry('w1', 'delete');
    expect(enqueue([tried], deletion)).toEqual([deletion]);
  });

  it('lets a change follow a creation that may have arrived', () => {
    const tried = entry('w1', 'create', { tries: 1 });
    const changed = entry('w1', 'replace');
    expect(enqueue([tried], changed)).toEqual([tried, changed]);
  });

  it('does not lose a change made in another tab while the creation was on its way', () => {
    const sent = entry('w1', 'create');
    const [folded] = enqueue([sent], entry('w1', 'replace', { body: { title: 'newer' } }));
    if (!folded) throw new Error('folded');
    const [change] = settle([folded], sent, null);
    expect(change).toMatchObject({
      verb: 'replace',
      method: 'PUT',
      path: '/api/workouts/w1',
      body: { title: 'newer' },
    });
    expect(settle([sent], sent, null)).toEqual([]);
  });

  it('leaves alone what is being sent', () => {
    const created = entry('w1', 'create');
    const changed = entry('w1', 'replace');
    expect(enqueue([created], changed, created.id)).toEqual([created, changed]);
  });

  it('keeps only the last of several changes', () => {
    const [first, second] = [entry('w1', 'replace'), entry('w1', 'replace')];
    expect(enqueue([first], second)).toEqual([second]);
  });

  it('never sends what belongs to another member', () => {
    expect(next([entry('w1', 'create', { member_id: 'somebody else' })], ME, 0)).toBeNull();
  });

  it('does not let a refused entry hold up the others, only its own subject', () => {
    const refused = entry('w1', 'create', { state: 'parked' });
    const later = entry('w1', 'replace');
    const other = entry('w2', 'create');
    expect(next([refused, later, other], ME, 0)).toEqual({ send: other });
  });

  it('sends a refused creation again once it was corrected', () => {
    const refused = entry('w1', 'create', {
      state: 'parked',
      refusal: { code: 'invalid', detail: '', errors: [] },
    });
    const [corrected] = enqueue([refused], entry('w1', 'replace', { body: { title: 'right' } }));
    expect(corrected).toMatchObject({ verb: 'create', state: 'waiting', body: { title: 'right' } });
    expect(corrected).not.toHaveProperty('refusal');
  });

  it.each([0, 401, 408, 429, 500, 503])('waits after %d', (status) => {
    expect(outcomeOf(entry('w', 'create'), { status, retryAfterS: null }).kind).toBe('later');
  });

  it.each([400, 403, 404, 409, 413, 422])('parks after %d', (status) => {
    expect(outcomeOf(entry('w', 'create'), { status, retryAfterS: null, code: 'x' }).kind).toBe('refused');
  });

  it('has deleted what is not there any more', () => {
    expect(outcomeOf(entry('w', 'delete'), { status: 404, retryAfterS: null }).kind).toBe('sent');
  });

  it('waits longer each time, to a bound, and as long as the hub says', () => {
    let one: Entry = entry('w', 'create');
    const waits: number[] = [];
    for (let at = 0; at < 12; at++) {
      one = afterAttempt(one, { kind: 'later', retryAfterS: null }, 0, 1) ?? one;
      waits.push(one.not_before);
    }
    expect(waits.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(Math.max(...waits)).toBe(300_000);
    expect(afterAttempt(one, { kind: 'later', retryAfterS: 7 }, 100, 1)?.not_before).toBe(7_100);
    expect(next([one], ME, 0)).toEqual({ waitMs: 300_000 });
    expect(next(hurry([one]), ME, 0)).toHaveProperty('send');
  });
});
