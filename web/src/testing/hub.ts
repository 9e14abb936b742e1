/** A hub for component tests: it answers `fetch` with what the contract says, and has no rules of its own. */
import type {
  Challenge,
  Exercise,
  LiveSession,
  Me,
  MemberCard,
  Post,
  Profile,
  SessionInfo,
  Workout,
} from '../api/gen';

const NOW = '2026-11-23T12:00:00Z';
const id = (n: number) => `0191a000-0000-7000-8000-${String(n).padStart(12, '0')}`;

export const ME: Me = {
  id: id(1),
  handle: 'mara',
  name: 'Mara Lind',
  bio: 'Rows.',
  email: 'mara@example.org',
  role: 'member',
  avatar: null,
  preferences: { tz: 'Europe/Vienna' },
  follow_requests: 1,
};
const CARD: MemberCard = { id: ME.id, handle: ME.handle, name: ME.name };
const TOM: MemberCard = { id: id(2), handle: 'tom', name: 'Tom Brien' };

const EXERCISES: Exercise[] = [
  {
    slug: 'back-squat',
    name: 'Back squat',
    pattern: 'squat',
    primary_muscles: ['quadriceps'],
    secondary_muscles: ['core'],
    equipment: ['barbell'],
    measured_by: 'reps',
    cues: 'Brace, sit between the heels, stand up.',
  },
];

export const WORKOUT: Workout = {
  id: id(10),
  author: CARD,
  sport: 'strength',
  title: 'Legs',
  note: 'Good.',
  started_at: '2026-11-23T08:00:00Z',
  tz: 'Europe/Vienna',
  local_date: '2026-11-23',
  duration_s: 3_000,
  moving_s: null,
  distance_m: null,
  elevation_gain_m: null,
  energy_kcal: null,
  heart_rate_avg_bpm: null,
  heart_rate_max_bpm: null,
  rpe: 7,
  visibility: 'followers',
  exercises: [{ exercise: 'back-squat', sets: [{ reps: 5, weight_kg: 80 }] }],
  volume_kg: 400,
  set_count: 1,
  source: 'manual',
  session_id: null,
  version: 1,
  created_at: NOW,
  updated_at: NOW,
};

export const POST: Post = {
  id: id(20),
  author: TOM,
  kind: 'workout',
  text: '',
  visibility: 'public',
  created_at: NOW,
  kudos: 2,
  comments: 0,
  workout: {
    id: id(11),
    sport: 'run',
    title: 'Canal',
    started_at: NOW,
    tz: 'UTC',
    duration_s: 3_000,
    distance_m: 10_000,
    elevation_gain_m: 20,
    energy_kcal: null,
    heart_rate_avg_bpm: 150,
    volume_kg: 0,
    set_count: 0,
    exercise_names: [],
  },
};

const STANDING = { rank: 1, member: CARD, score: 12_000, workouts: 2, reached_at: NOW };

export const CHALLENGE: Challenge = {
  id: id(30),
  title: 'On foot',
  description: '',
  kind: 'most',
  metric: 'distance',
  sports: [],
  terms: {},
  sides: 'individuals',
  openness: 'public',
  club: null,
  starts_on: '2026-11-01',
  ends_on: '2026-11-30',
  tz: 'UTC',
  starts_at: '2026-11-01T00:00:00Z',
  ends_at: '2026-12-01T00:00:00Z',
  settle_at: '2026-12-03T00:00:00Z',
  settled_at: null,
  goal: null,
  total: null,
  state: 'active',
  repeats: 'never',
  series_id: null,
  rules: [],
  may_edit: false,
  creator: TOM,
  participants: 1,
  created_at: NOW,
  leader: STANDING,
  mine: STANDING,
};

const SESSION: LiveSession = {
  id: id(40),
  title: 'Intervals',
  sport: 'row',
  host: TOM,
  programme: { parts: [{ blocks: [{ kind: 'work', duration_s: 600, label: 'Steady' }] }] },
  visibility: 'public',
  state: 'lobby',
  scheduled_at: null,
  started_at: null,
  finished_at: null,
  pauses: [],
  participants: 2,
  created_at: NOW,
};

const PROFILE: Profile = {
  member: CARD,
  relation: 'self',
  follows_me: false,
  joined_on: '2026-08-01',
  role: 'member',
  visibility: 'public',
  bio: 'Rows.',
  workouts: 1,
  followers: 1,
  following: 1,
};

const page = <T>(...items: T[]) => ({ items, next_cursor: null });
const session = (me: Me | null): SessionInfo => ({ me, csrf_token: me && 'token', demo: true, now: NOW });

/** The answers by path, for somebody who is signed in as `me`. */
export function answers(me: Me | null): Record<string, unknown> {
  return {
    '/api/session': session(me),
    '/api/live': [SESSION],
    '/api/challenges': [CHALLENGE],
    [`/api/challenges/${CHALLENGE.id}`]: CHALLENGE,
    [`/api/challenges/${CHALLENGE.id}/standings`]: {
      epoch: 1,
      seq: 1,
      participants: 1,
      top: [STANDING],
      around_me: [],
    },
    '/api/challenges/recommended': [],
    '/api/challenges/templates': [{ code: 'climb', kind: 'most', metric: 'elevation', days: 30 }],
    '/api/challenges/summary': { rules: [{ code: 'all_sports' }] },
    '/api/fair-play/rules': {
      version: 1,
      tiers: ['device', 'file', 'manual'],
      sports: [],
      heart_rate_bpm: 225,
      resting_bpm: 55,
      overlap_share: 0.5,
      copy_start_s: 120,
      copy_duration_share: 0.05,
      copy_distance_share: 0.03,
    },
    '/api/fair-play/cases': [],
    '/api/fair-play/queue': { items: [], next_cursor: null },
    '/api/feed': page(POST),
    [`/api/posts/${POST.id}`]: POST,
    [`/api/posts/${POST.id}/comments`]: page({
      id: id(21),
      post_id: POST.id,
      author: TOM,
      text: 'Hi',
      created_at: NOW,
    }),
    '/api/workouts': page(WORKOUT),
    [`/api/workouts/${WORKOUT.id}`]: WORKOUT,
    '/api/exercises': EXERCISES,
    '/api/exercises/back-squat/last': { exercise: 'back-squat', sets: [{ reps: 5, weight_kg: 80 }] },
    '/api/clubs': [],
    '/api/members/mara': PROFILE,
    '/api/members/mara/posts': page({ ...POST, author: CARD }),
    '/api/members/mara/workouts': page(WORKOUT),
    '/api/members/mara/following': page(TOM),
    '/api/me/follow-requests': [{ member: TOM, requested_at: NOW }],
    '/api/me/devices': [
      { id: id(50), current: true, created_at: NOW, last_seen_at: NOW, user_agent: 'curl/8' },
    ],
    '/api/me/tokens': [],
  };
}

/** A `fetch` that knows these answers; anything else is a 404 problem. */
export function hubFetch(known: Record<string, unknown>): typeof fetch {
  return async (input) => {
    const { pathname } = new URL(String(input), 'http://localhost');
    const found = pathname in known;
    const problem = { type: '', title: 'Not found', status: 404, code: 'not_found', detail: pathname };
    return new Response(JSON.stringify(found ? known[pathname] : problem), {
      status: found ? 200 : 404,
      headers: { 'Content-Type': 'application/json' },
    });
  };
}
