/** A switchboard with real connections and a real database, in a worker or in a page. */
import { indexedSamples, rememberedSamples } from './samples-db';
import { getsThrough, hubAddress, Sockets } from './socket';
import { Streams } from './stream';
import { Switchboard } from './switchboard';
import { Ways } from './ways';

export function openSwitchboard(location: { protocol: string; host: string }): Switchboard {
  const events = {
    opened: (link: number) => switchboard.opened(link),
    heard: (...heard: Parameters<Switchboard['heard']>) => switchboard.heard(...heard),
    closed: (link: number, code: number) => switchboard.closed(link, code),
  };
  const address = hubAddress(location);
  const switchboard: Switchboard = new Switchboard({
    line: new Ways({
      events,
      sockets: (heard) => new Sockets(address, heard),
      streams: (heard) => new Streams(heard),
      gets: () => getsThrough(address),
      better: () => switchboard.elsewhere(),
    }),
    store: typeof indexedDB === 'undefined' ? rememberedSamples() : indexedSamples(),
    random: Math.random,
    wall: Date.now,
  });
  return switchboard;
}
