/** UUIDv7 (RFC 9562, section 5.7): ordered by time, made by the client. Works on plain HTTP too. */

let lastMs = 0;
let counter = 0;

/** A new id; ids of one millisecond are in order too (a 12-bit counter, as in section 6.2, method 1). */
export function uuid7(nowMs: number = Date.now()): string {
  const random = crypto.getRandomValues(new Uint8Array(10));
  if (nowMs > lastMs) {
    lastMs = nowMs;
    // The counter starts in its lower half, so that it has room to grow.
    counter = (((random[0] ?? 0) << 8) | (random[1] ?? 0)) & 0x7ff;
  } else if (++counter > 0xfff) {
    lastMs += 1;
    counter = 0;
  }
  const time = lastMs.toString(16).padStart(12, '0');
  const a = (0x7000 | counter).toString(16);
  const b = [((random[2] ?? 0) & 0x3f) | 0x80, ...random.subarray(3)].map((x) =>
    x.toString(16).padStart(2, '0'),
  );
  const rest = b.join('');
  return `${time.slice(0, 8)}-${time.slice(8)}-${a}-${rest.slice(0, 4)}-${rest.slice(4)}`;
}
