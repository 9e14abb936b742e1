import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useMemo, useState } from 'react';
import type { Sport, Visibility } from '../../api/gen';
import { createSession, joinSession } from '../../api/live';
import { usePreferences } from '../../api/session';
import { uuid7 } from '../../api/uuid7';
import { instantOf, wallClock } from '../../format/dates';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Section } from '../../ui/Card';
import { explain } from '../../ui/explain';
import { Select, TextField } from '../../ui/Field';
import { Page } from '../../ui/Page';
import { SegmentedControl } from '../../ui/Tabs';
import { toast } from '../../ui/toast';
import { edit, programmeFrom } from './draft';
import styles from './NewPage.module.css';
import './phases.css';
import { inWords, ProgrammeBar, programmeLength } from './ProgrammeBar';
import { ProgrammeEditor } from './ProgrammeEditor';
import { programmeOf, sportOf, TEMPLATES, type Template } from './templates';

const SPORTS: readonly Sport[] = [
  'run',
  'indoor_ride',
  'ride',
  'row',
  'hiit',
  'strength',
  'walk',
  'swim',
  'hike',
  'yoga',
  'mobility',
  'other',
];
const SOON_MS = 60 * 60_000;

/** A session of my own: a template, changed or not, now or later. */
export function NewPage() {
  const navigate = useNavigate();
  const { tz } = usePreferences();
  const [template, setTemplate] = useState<Template>('tabata');
  const [title, setTitle] = useState<string>(() => t('template.tabata'));
  const [sport, setSport] = useState<Sport>(() => sportOf('tabata'));
  const [parts, setParts] = useState(() => edit(programmeOf('tabata')));
  const [when, setWhen] = useState<'now' | 'later'>('now');
  const [at, setAt] = useState(() => wallClock(Date.now() + SOON_MS, tz));
  const [visibility, setVisibility] = useState<Visibility>('public');
  const [tried, setTried] = useState(false);
  const [id] = useState(uuid7);
  const programme = useMemo(() => programmeFrom(parts), [parts]);

  const create = useMutation({
    mutationFn: async (draft: Parameters<typeof createSession>[0]) => {
      const room = await createSession(draft);
      return room.number === null ? joinSession(room.session.id) : room;
    },
    onSuccess: () => navigate({ to: '/live/$id', params: { id }, replace: true }),
    onError: (error) => toast(explain(error), { bad: true }),
  });

  const choose = (next: Template) => {
    setTemplate(next);
    setTitle(t(`template.${next}`));
    setSport(sportOf(next));
    setParts(edit(programmeOf(next)));
  };
  const startsAt = when === 'later' ? instantOf(at, tz) : null;
  const isTooLate = startsAt !== null && startsAt < Date.now();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (programme === null || title.trim() === '' || isTooLate) return;
    const scheduled_at = startsAt === null ? null : new Date(startsAt).toISOString();
    create.mutate({ id, title: title.trim(), sport, programme, scheduled_at, visibility });
  };

  return (
    <Page title={t('live.new')} back>
      <form className={styles.form} onSubmit={submit} noValidate>
        <fieldset>
          <legend className={styles.legend}>{t('programme.template')}</legend>
          <div className={styles.templates}>
            {TEMPLATES.map((one) => (
              <label key={one} className={styles.template}>
                <input
                  type="radio"
                  name="template"
                  className="sr"
                  checked={one === template}
                  onChange={() => choose(one)}
                />
                <span>{t(`template.${one}`)}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <TextField
          label={t('new.name')}
          value={title}
          maxLength={80}
          error={tried && title.trim() === '' ? t('new.name.wrong') : undefined}
          onChange={(event) => setTitle(event.target.value)}
        />
        <Select
          label={t('sport.label')}
          value={sport}
          onChange={(event) => setSport(event.target.value as Sport)}
        >
          {SPORTS.map((one) => (
            <option key={one} value={one}>
              {t(`sport.${one}`)}
            </option>
          ))}
        </Select>
        <Section
          title={t('programme.label')}
          more={
            programme && (
              <span className={styles.total}>
                {t('programme.total', { length: programmeLength(programme) })}
              </span>
            )
          }
        >
          <div className={styles.programme}>
            {programme && (
              <div className={styles.preview}>
                <ProgrammeBar programme={programme} />
                <p>{inWords(programme)}</p>
              </div>
            )}
            <ProgrammeEditor parts={parts} onChange={setParts} />
          </div>
        </Section>
        <SegmentedControl
          label={t('new.when')}
          value={when}
          onChange={setWhen}
          options={[
            { value: 'now', label: t('new.when.now') },
            { value: 'later', label: t('new.when.later') },
          ]}
        />
        {when === 'later' && (
          <TextField
            label={t('new.when.at')}
            type="datetime-local"
            value={at}
            error={isTooLate ? t('new.when.wrong') : undefined}
            onChange={(event) => setAt(event.target.value)}
          />
        )}
        <SegmentedControl
          label={t('visibility.label')}
          value={visibility}
          onChange={setVisibility}
          options={[
            { value: 'public', label: t('visibility.public') },
            { value: 'followers', label: t('visibility.followers') },
          ]}
        />
        <div className={styles.create}>
          <Button type="submit" look="volt" size="large" wide busy={create.isPending}>
            {t('new.create')}
          </Button>
          <p>{t('new.hint')}</p>
        </div>
      </form>
    </Page>
  );
}
