import { expect, it } from 'vitest';
import { deviceName } from './devices';

it.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36',
    'Chrome · Linux',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Safari/604.1',
    'Safari · iPhone',
  ],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0 Safari/537.36 Edg/156.0', 'Edge · Windows'],
  ['curl/8.9.1', 'curl'],
])('%s is known', (userAgent, name) => expect(deviceName(userAgent)).toBe(name));

it('does not guess', () => expect(deviceName('')).toBeNull());
