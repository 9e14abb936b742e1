import { describe, expect, it } from 'vitest';
import { uuid7 } from './uuid7';

describe('uuid7', () => {
  it('has the version, the variant and the time', () => {
    const id = uuid7(0x0191_2345_6789);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
    expect(id.startsWith('01912345-6789')).toBe(true);
  });

  it('keeps order within a millisecond, and when the clock steps back', () => {
    const now = Date.now();
    const ids = Array.from({ length: 6_000 }, (_, at) => uuid7(now - (at % 3)));
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
  });
});
