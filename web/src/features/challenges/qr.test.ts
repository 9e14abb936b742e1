import { expect, test } from 'vitest';
import { qr } from './qr';

/** Rows as hexadecimal numbers, dark is one. */
const rows = (text: string) =>
  qr(text).map((row) => BigInt(`0b${row.map((dark) => (dark ? '1' : '0')).join('')}`).toString(16));

test('an address is the code that another encoder makes of it', () => {
  expect(rows('https://hub.example/').join(' ')).toBe(
    '1fdf97f 105a041 174595d 1754f5d 174875d 1041c41 1fd557f 15100 16e434b e969a2 1ddd910 19b2dbc 13c02d7 aeff1 bc9516 10b1a31 2663ff 11b15 1fd3157 1051312 17479fa 1755c5f 175bad6 10480d4 1fd543f',
  );
});

test('a long one too, with marks of its version', () => {
  expect(
    rows(
      'https://hub.example/challenges/x7Q-x7Q-x7Q-x7Q-x7Q-x7Q-x7Q-x7Q-x7Q-x7Q-x7Q-x7Q-x7Q-x7Q-x7Q-x7Q-x7Q-x7Q-x7Q-x7Q-x7Q-x7Q-x7Q',
    ).join(' '),
  ).toBe(
    '1fcc3b8ed97f 10401a49d241 174777f4525d 174f8b5a635d 174121fed75d 10522b12b041 1fd55555557f 5271ef800 12db57fde6a0 1c302090829d 699c9a8f05 1e0e4b81cc83 11790d0fd678 1ebe25490c06 64c2a9e19f6 79508199571 1a57f4b4d849 1122dd5e9242 1ef958503a9d 133eb049ad0a 1ff187ff6df8 51327119911 35ec7561555 1710cb1fa118 5fed5fb9dfa 15899bab2691 fe390264032 1ab6858fd3d3 1742e83c5cbe 901c4c1384 19eefca9ad55 1583014c5878 11dd73db66a1 5b518503a64 16abf238d4d f19970dc678 13453bfdddfb 166b130511 1fc2fd54195c 1053091f8911 174633fed7fb 1757f4860b80 1748e701337f 104e6d491c08 1fd36adf0cfa',
  );
});

test('what no scanner could read across a room is refused', () => {
  expect(qr('x'.repeat(213))).toHaveLength(57);
  expect(() => qr('x'.repeat(214))).toThrow(RangeError);
});
