/** A switchboard with real sockets and a real database, in a worker or in a page. */
import { indexedSamples, rememberedSamples } from './samples-db';
import { hubAddress, Sockets } from './socket';
import { Switchboard } from './switchboard';

export function openSwitchboard(location: { protocol: string; host: string }): Switchboard {
  const events = {
    opened: (link: number) => switchboard.opened(link),
    heard: (...heard: Parameters<Switchboard['heard']>) => switchboard.heard(...heard),
    closed: (link: number, code: number) => switchboard.closed(link, code),
  };
  const switchboard: Switchboard = new Switchboard({
    line: new Sockets(hubAddress(location), events),
    store: typeof indexedDB === 'undefined' ? rememberedSamples() : indexedSamples(),
    random: Math.random,
    wall: Date.now,
  });
  return switchboard;
}
