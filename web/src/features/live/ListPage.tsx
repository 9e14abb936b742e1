import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { LiveSession } from '../../api/gen';
import { createSession, joinSession, liveQueries } from '../../api/live';
import { uuid7 } from '../../api/uuid7';
import { t } from '../../locales/t';
import { ButtonLink } from '../../ui/Button';
import { Section } from '../../ui/Card';
import { explain } from '../../ui/explain';
import { Icon } from '../../ui/icons';
import { Page, Sections } from '../../ui/Page';
import { SessionHero, SessionRow } from '../../ui/SessionCard';
import { EmptyState, Skeleton } from '../../ui/States';
import { toast } from '../../ui/toast';
import styles from './ListPage.module.css';
import './phases.css';
import { ProgrammeBar, programmeLength } from './ProgrammeBar';
import { programmeOf, sportOf, TEMPLATES, type Template } from './templates';

/** Who trains now, whose lobby is open, what is planned; and a session of my own in one tap. */
export function ListPage() {
  const { data: sessions, error } = useQuery(liveQueries.list());
  return (
    <Page
      title={t('live.title')}
      lead={t('live.lead')}
      wide
      actions={
        <ButtonLink to="/live/new" look="primary" aria-label={t('live.new.long')}>
          <Icon name="plus" />
          {t('live.new.short')}
        </ButtonLink>
      }
    >
      <Sections>
        {sessions ? (
          <Lists sessions={sessions} />
        ) : error ? (
          <EmptyState icon="offline" title={explain(error)} />
        ) : (
          <Skeleton rows={3} height={7} />
        )}
        <Section title={t('live.quick')} more={<Link to="/live/new">{t('live.build')}</Link>}>
          <ul className={styles.templates}>
            {TEMPLATES.map((template) => (
              <li key={template}>
                <QuickStart template={template} />
              </li>
            ))}
          </ul>
        </Section>
      </Sections>
    </Page>
  );
}

function Lists({ sessions }: { sessions: readonly LiveSession[] }) {
  const now = Date.now();
  const isLater = ({ state, scheduled_at }: LiveSession) =>
    state === 'lobby' && scheduled_at !== null && Date.parse(scheduled_at) > now;
  const on = sessions.filter(({ state }) => state === 'running' || state === 'paused');
  const later = sessions.filter(isLater);
  const open = sessions.filter((session) => session.state === 'lobby' && !isLater(session));
  const [first, ...others] = on;
  if (sessions.length === 0) {
    return (
      <EmptyState
        icon="live"
        title={t('live.empty.title')}
        action={
          <ButtonLink to="/live/new" look="volt" size="large">
            {t('live.new')}
          </ButtonLink>
        }
      >
        {t('live.empty')}
      </EmptyState>
    );
  }
  return (
    <>
      {first && (
        <Section title={t('live.now')}>
          <div className={styles.on}>
            <SessionHero session={first} />
            <Rows sessions={others} />
          </div>
        </Section>
      )}
      {open.length > 0 && (
        <Section title={t('live.open')}>
          <Rows sessions={open} />
        </Section>
      )}
      {later.length > 0 && (
        <Section title={t('live.later')}>
          <Rows sessions={later} />
        </Section>
      )}
    </>
  );
}

function Rows({ sessions }: { sessions: readonly LiveSession[] }) {
  if (sessions.length === 0) return null;
  return (
    <ul className={styles.rows}>
      {sessions.map((session) => (
        <li key={session.id}>
          <SessionRow session={session} />
        </li>
      ))}
    </ul>
  );
}

/** A lobby at once: title, programme and sport as the template has them. */
function QuickStart({ template }: { template: Template }) {
  const navigate = useNavigate();
  const programme = programmeOf(template);
  const create = useMutation({
    mutationFn: async () => {
      const room = await createSession({
        id: uuid7(),
        title: t(`template.${template}`),
        sport: sportOf(template),
        programme,
      });
      if (room.number === null) await joinSession(room.session.id);
      return room.session.id;
    },
    onSuccess: (id) => navigate({ to: '/live/$id', params: { id } }),
    onError: (error) => toast(explain(error), { bad: true }),
  });
  return (
    <button
      type="button"
      className={styles.template}
      disabled={create.isPending}
      aria-busy={create.isPending || undefined}
      onClick={() => create.mutate()}
    >
      <span className={styles.name}>
        <Icon name={sportOf(template)} />
        {t(`template.${template}`)}
        <span className={styles.length}>{programmeLength(programme)}</span>
      </span>
      <ProgrammeBar programme={programme} />
      <span className={styles.about}>{t(`template.${template}.about`)}</span>
    </button>
  );
}
