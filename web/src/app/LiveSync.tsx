import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { applyReactions, feedQueries, placeComment, placePost, removePost } from '../api/feed';
import type { AnyEvent, Me, Post, Workout } from '../api/gen';
import { liveQueries } from '../api/live';
import { memberQueries, tookPreferences } from '../api/members';
import { type PageOf, request } from '../api/request';
import { setMe } from '../api/session';
import { placeWorkout, removeWorkout, workoutQueries } from '../api/workouts';
import { useChannelEvents, useLiveIdentity, useSignal } from '../live/hooks';
import { startDraining } from '../offline/drain';

/** Keeps the cache true while somebody is signed in: what happens elsewhere appears here, without asking again. */
export function LiveSync({ me }: { me: Me }) {
  const client = useQueryClient();
  useLiveIdentity(me.id);

  useEffect(() => {
    let stop: (() => void) | undefined;
    let over = false;
    void startDraining(me.id, (entry, answer) => {
      if (entry.verb === 'delete') removeWorkout(entry.subject);
      else placeWorkout(answer as Workout);
    }).then((end) => {
      if (over) end();
      else stop = end;
    });
    return () => {
      over = true;
      stop?.();
    };
  }, [me.id]);

  useSignal(`home:${me.id}`, {
    signal: (body) => apply(body as AnyEvent, me.id),
    resync: () => void catchUp(),
  });
  useChannelEvents(`member:${me.id}`, {
    events: (heard) => {
      for (const { event } of heard) apply(event as AnyEvent, me.id);
    },
    resync: (reason) => {
      if (reason !== 'subscribed')
        void client.invalidateQueries({ queryKey: workoutQueries.mine().queryKey });
    },
  });
  useSignal('live', {
    signal: () => void client.invalidateQueries({ queryKey: liveQueries.list().queryKey }),
    resync: () => void client.invalidateQueries({ queryKey: liveQueries.list().queryKey }),
  });
  return null;

  /** What was missed while nobody listened: the newest page; where it does not reach, all of it. */
  async function catchUp(): Promise<void> {
    const key = feedQueries.home().queryKey;
    const before = client.getQueryData(key);
    if (!before) return;
    const known = new Set(before.pages.flatMap((page) => page.items.map(({ id }) => id)));
    const fresh = await request<PageOf<Post>>('GET', '/api/feed', { query: { limit: 20 } }).catch(() => null);
    if (!fresh) return;
    if (known.size > 0 && !fresh.items.some(({ id }) => known.has(id)))
      void client.invalidateQueries({ queryKey: key });
    else for (const post of fresh.items) placePost(post);
  }

  function apply(event: AnyEvent, myId: string): void {
    switch (event.type) {
      case 'PostPublished':
      case 'PostChanged':
        placePost(event.post);
        break;
      case 'PostRemoved':
        removePost(event.post_id);
        break;
      case 'PostReacted':
        applyReactions(event.reactions, false);
        if (event.comment) placeComment(event.comment);
        break;
      case 'WorkoutLogged':
      case 'WorkoutEdited':
        placeWorkout(event.workout);
        break;
      case 'WorkoutDeleted':
        removeWorkout(event.workout_id);
        break;
      case 'PreferencesChanged':
        tookPreferences(event.preferences);
        break;
      case 'FollowRequested':
        if (event.followee_id !== myId) break;
        setMe((mine) => ({ ...mine, follow_requests: (mine.follow_requests ?? 0) + 1 }));
        void client.invalidateQueries({ queryKey: memberQueries.requests().queryKey });
        break;
      case 'FollowAccepted':
        void client.invalidateQueries({ queryKey: ['member', event.followee.handle] });
        void client.invalidateQueries({ queryKey: feedQueries.home().queryKey });
        break;
      case 'ChallengeNews':
        // A challenge was closed, settled or changed, or a workout of mine was judged: every board of mine may be another.
        void client.invalidateQueries({ queryKey: ['challenge'] });
        void client.invalidateQueries({ queryKey: ['challenges'] });
        void client.invalidateQueries({ queryKey: ['fair-play'] });
        break;
      case 'FollowEnded':
        void client.invalidateQueries({ queryKey: ['member'], exact: false });
        break;
      default:
        break;
    }
  }
}
