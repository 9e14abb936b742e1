/** The SharedWorker that holds the one socket of this browser. */
import type { Ask } from './news';
import { openSwitchboard } from './open';

const switchboard = openSwitchboard(self.location);

(self as unknown as SharedWorkerGlobalScope).onconnect = ({ ports }: MessageEvent) => {
  const port = ports[0];
  if (port === undefined) return;
  const hear = switchboard.join({ tell: (news) => port.postMessage(news) });
  port.onmessage = ({ data }: MessageEvent<Ask>) => hear(data);
};
