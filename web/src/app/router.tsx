/** Every address of the application, and the chunk that answers it. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  type RouterHistory,
  redirect,
} from '@tanstack/react-router';
import { queryClient } from '../api/client';
import { sessionQuery } from '../api/session';
import { loadWords } from '../locales/t';
import { ErrorScreen, NotFoundScreen } from './errors';
import { Root } from './Root';
import { Shell } from './Shell';

const root = createRootRoute({ component: Root });

async function session() {
  return queryClient.ensureQueryData(sessionQuery);
}

/** For visitors; members are sent on. */
const outside = createRoute({
  getParentRoute: () => root,
  id: 'outside',
  beforeLoad: async () => {
    if ((await session()).me) throw redirect({ to: '/' });
  },
});

/** For members; visitors are sent to the welcome page, and come back after signing in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ location }) => {
    if ((await session()).me) return;
    throw redirect(
      location.pathname === '/' ? { to: '/welcome' } : { to: '/sign-in', search: { next: location.href } },
    );
  },
});

/** A screen comes with its words. */
async function speaking<T>(parts: Parameters<typeof loadWords>, screens: Promise<T>): Promise<T> {
  const [loaded] = await Promise.all([screens, loadWords(...parts)]);
  return loaded;
}

const auth = () => speaking(['auth'], import('../features/auth/routes'));
const today = () => import('../features/today/routes');
const feed = () => import('../features/feed/routes');
const log = () => import('../features/log/routes');
const workouts = () => import('../features/log/workout-routes');
const exercises = () => import('../features/exercises/routes');
const profile = () => import('../features/profile/routes');
const clubs = () => import('../features/clubs/routes');
const settings = () => speaking(['auth', 'settings'], import('../features/settings/routes'));
const live = () => speaking(['live'], import('../features/live/routes'));
const liveSession = () => speaking(['live'], import('../features/live/session-route'));
const challenges = () => speaking(['challenges'], import('../features/challenges/routes'));
const newChallenge = () => speaking(['challenges'], import('../features/challenges/new-routes'));
const board = () => speaking(['challenges'], import('../features/challenges/board-routes'));
const fairPlay = () => speaking(['challenges'], import('../features/challenges/fair-routes'));
const embedded = () => speaking(['challenges'], import('../features/challenges/embed-routes'));

const within = <P extends string>(path: P) => ({ getParentRoute: () => inside, path });
const before = <P extends string>(path: P) => ({ getParentRoute: () => outside, path });

interface Next {
  next?: string;
}
const next = (search: Record<string, unknown>): Next => (isOwnPath(search.next) ? { next: search.next } : {});

/** Only paths of this application: never `//elsewhere`. */
function isOwnPath(value: unknown): value is string {
  return typeof value === 'string' && /^\/(?![/\\])/u.test(value);
}

const outsideRoutes = [
  createRoute(before('/welcome')).lazy(() => auth().then((m) => m.Welcome)),
  createRoute({ ...before('/sign-in'), validateSearch: next }).lazy(() => auth().then((m) => m.SignIn)),
  createRoute({ ...before('/register'), validateSearch: next }).lazy(() => auth().then((m) => m.Register)),
] as const;

const insideRoutes = [
  createRoute(within('/')).lazy(() => today().then((m) => m.Today)),
  createRoute({
    ...within('/feed'),
    validateSearch: (search: Record<string, unknown>): { compose?: true } =>
      search.compose === true ? { compose: true } : {},
  }).lazy(() => feed().then((m) => m.Feed)),
  createRoute(within('/posts/$id')).lazy(() => feed().then((m) => m.PostPage)),
  createRoute(within('/log')).lazy(() => log().then((m) => m.LogStart)),
  createRoute(within('/log/strength')).lazy(() => log().then((m) => m.LogStrength)),
  createRoute({
    ...within('/log/endurance'),
    validateSearch: (search: Record<string, unknown>): { sport?: string } =>
      typeof search.sport === 'string' ? { sport: search.sport } : {},
  }).lazy(() => log().then((m) => m.LogEndurance)),
  createRoute(within('/workouts')).lazy(() => workouts().then((m) => m.Workouts)),
  createRoute(within('/workouts/$id')).lazy(() => workouts().then((m) => m.WorkoutPage)),
  createRoute(within('/workouts/$id/edit')).lazy(() => log().then((m) => m.EditWorkout)),
  createRoute(within('/exercises')).lazy(() => exercises().then((m) => m.Exercises)),
  createRoute(within('/exercises/$slug')).lazy(() => exercises().then((m) => m.ExercisePage)),
  createRoute(within('/you')).lazy(() => profile().then((m) => m.You)),
  createRoute(within('/members')).lazy(() => profile().then((m) => m.People)),
  createRoute(within('/members/$handle')).lazy(() => profile().then((m) => m.MemberPage)),
  createRoute(within('/members/$handle/$side')).lazy(() => profile().then((m) => m.Ties)),
  createRoute(within('/follow-requests')).lazy(() => profile().then((m) => m.FollowRequests)),
  createRoute(within('/clubs')).lazy(() => clubs().then((m) => m.Clubs)),
  createRoute(within('/clubs/new')).lazy(() => clubs().then((m) => m.NewClub)),
  createRoute(within('/clubs/$slug')).lazy(() => clubs().then((m) => m.ClubPage)),
  createRoute(within('/settings')).lazy(() => settings().then((m) => m.Settings)),
  createRoute(within('/settings/$section')).lazy(() => settings().then((m) => m.SettingsSection)),
  createRoute(within('/live')).lazy(() => live().then((m) => m.LiveLobby)),
  createRoute(within('/live/new')).lazy(() => live().then((m) => m.NewSession)),
  createRoute({
    ...within('/live/$id'),
    validateSearch: (search: Record<string, unknown>): { view?: 'wall' } =>
      search.view === 'wall' ? { view: 'wall' } : {},
  }).lazy(() => liveSession().then((m) => m.Session)),
  createRoute(within('/live/$id/recap')).lazy(() => live().then((m) => m.Recap)),
  createRoute(within('/challenges')).lazy(() => challenges().then((m) => m.Challenges)),
  createRoute({
    ...within('/challenges/new'),
    validateSearch: (search: Record<string, unknown>): { template?: string } =>
      typeof search.template === 'string' ? { template: search.template } : {},
  }).lazy(() => newChallenge().then((m) => m.NewChallenge)),
  createRoute(within('/challenges/join')).lazy(() => board().then((m) => m.JoinChallenge)),
  createRoute({
    ...within('/challenges/$id'),
    validateSearch: (search: Record<string, unknown>): { view?: 'wall' } =>
      search.view === 'wall' ? { view: 'wall' } : {},
  }).lazy(() => board().then((m) => m.ChallengePage)),
  createRoute(within('/fair-play')).lazy(() => fairPlay().then((m) => m.FairPlay)),
  createRoute(within('/fair-play/queue')).lazy(() => fairPlay().then((m) => m.ReviewQueue)),
] as const;

/** For everybody, on other websites too: nobody is asked who they are. */
const embeddedBoard = createRoute({ getParentRoute: () => root, path: '/embed/boards/$token' }).lazy(() =>
  embedded().then((m) => m.EmbeddedBoard),
);

/** `history` is the browser's unless a test brings its own. */
export function makeRouter(history?: RouterHistory) {
  return createRouter({
    routeTree: root.addChildren([
      outside.addChildren(outsideRoutes),
      inside.addChildren(insideRoutes),
      embeddedBoard,
    ]),
    ...(history ? { history } : {}),
    defaultPreload: 'intent',
    defaultPendingMs: 300,
    scrollRestoration: true,
    defaultErrorComponent: ErrorScreen,
    defaultNotFoundComponent: NotFoundScreen,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
