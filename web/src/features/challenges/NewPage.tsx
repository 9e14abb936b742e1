import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { challengeQueries, createChallenge } from '../../api/challenges';
import type { ChallengeDraft } from '../../api/gen';
import { fieldErrors } from '../../api/problems';
import { usePreferences } from '../../api/session';
import { uuid7 } from '../../api/uuid7';
import { localDate } from '../../format/dates';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { explain } from '../../ui/explain';
import { TextArea, TextField } from '../../ui/Field';
import { showFirstInvalid } from '../../ui/firstInvalid';
import { Page } from '../../ui/Page';
import { toast } from '../../ui/toast';
import { windowOf } from './draft';
import { FinePrint, Who } from './NewFine';
import styles from './NewPage.module.css';
import { Days, What } from './NewWhat';
import { Rules } from './Rules';
import { BLANK, draftOf, fromTemplate, type Typed } from './wizard';

/** What a part of the form needs: what is typed, how to change it, and what is wrong with it. */
export interface Part {
  typed: Typed;
  set: (change: Partial<Typed>) => void;
  wrong: (pointer: string) => string | undefined;
}

/** A challenge of my own, from a template or from nothing, with its rules in words all the while. */
export function NewPage() {
  const navigate = useNavigate();
  const { template } = useSearch({ from: '/inside/challenges/new' });
  const { tz, units, week_start } = usePreferences();
  const today = localDate(Date.now(), tz);
  const templates = useQuery(challengeQueries.templates()).data ?? [];
  const [id] = useState(uuid7);
  const [typed, setTyped] = useState<Typed>(() => ({ ...BLANK, ...windowOf('month', today, week_start) }));
  const [tried, setTried] = useState(false);
  const begin = (code: string) => {
    const found = templates.find((one) => one.code === code);
    if (!found) setTyped({ ...BLANK, ...windowOf('month', today, week_start) });
    else setTyped(fromTemplate(found, t(`template.${code as 'climb'}`), today, units));
  };
  const isKnown = templates.length > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, as soon as the templates are there
  useEffect(() => {
    if (template && isKnown) begin(template);
  }, [template, isKnown]);

  const { draft, wrong } = draftOf(typed, { id, tz, units });
  const create = useMutation({
    mutationFn: createChallenge,
    onSuccess: () => navigate({ to: '/challenges/$id', params: { id }, replace: true }),
    onError: (error) => {
      if (Object.keys(fieldErrors(error)).length === 0) toast(explain(error), { bad: true });
      showFirstInvalid();
    },
  });
  const summary = useSummary(draft);
  const refused = {
    ...fieldErrors(summary.error, { deep: true }),
    ...fieldErrors(create.error, { deep: true }),
  };
  const part: Part = {
    typed,
    set: (change) => {
      if (create.error) create.reset();
      setTyped((before) => ({ ...before, ...change }));
    },
    wrong: (pointer) => {
      if (wrong.includes(pointer)) return t('new.challenge.goal.wrong');
      if (!tried) return undefined;
      if (pointer === 'title' && typed.title.trim() === '') return t('new.challenge.title.wrong');
      if (pointer === 'ends_on' && typed.to < typed.from) return t('new.challenge.to.wrong');
      return refused[pointer];
    },
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (draft !== null && draft.title !== '') create.mutate(draft);
    else showFirstInvalid();
  };
  return (
    <Page title={t('challenges.new')} back wide>
      <form className={styles.form} onSubmit={submit} noValidate>
        <div className={styles.fields}>
          {isKnown && (
            <label className={styles.begin}>
              <span className={styles.legend}>{t('new.begin')}</span>
              <select defaultValue={template ?? ''} onChange={({ target }) => begin(target.value)}>
                <option value="">{t('template.blank')}</option>
                {templates.map(({ code }) => (
                  <option key={code} value={code}>
                    {t(`template.${code as 'climb'}`)}
                  </option>
                ))}
              </select>
            </label>
          )}
          <TextField
            label={t('new.challenge.title')}
            value={typed.title}
            maxLength={80}
            error={part.wrong('title')}
            onChange={(event) => part.set({ title: event.target.value })}
          />
          <What {...part} />
          <Days {...part} today={today} weekStart={week_start} tz={tz} />
          <Who {...part} />
          <FinePrint {...part} />
          <TextArea
            label={t('new.challenge.about')}
            value={typed.description}
            maxLength={1000}
            onChange={(event) => part.set({ description: event.target.value })}
          />
        </div>
        <div className={styles.summary}>
          <Card>
            <h2>{t('new.summary')}</h2>
            {summary.data && draft ? (
              <Rules
                rules={summary.data.rules}
                measure={{ kind: typed.kind, metric: typed.metric, terms: draft.terms ?? {} }}
                units={units}
              />
            ) : (
              <ul className={styles.missing}>
                <li>{t('new.summary.wait')}</li>
                {Object.entries(fieldErrors(summary.error, { deep: true })).map(([field, detail]) => (
                  <li key={field}>{detail}</li>
                ))}
              </ul>
            )}
          </Card>
          <Button type="submit" look="volt" size="large" wide busy={create.isPending}>
            {t('new.challenge.create')}
          </Button>
        </div>
      </form>
    </Page>
  );
}

const TYPING_MS = 350;

/** The rules of what is typed, once the typing rests. A title is not needed for that. */
function useSummary(draft: ChallengeDraft | null) {
  const now =
    draft === null ? null : JSON.stringify({ ...draft, title: draft.title || '–', description: '' });
  const [settled, setSettled] = useState(now);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(now), TYPING_MS);
    return () => clearTimeout(timer);
  }, [now]);
  return useQuery({
    ...challengeQueries.summary(JSON.parse(settled ?? '{}') as ChallengeDraft),
    enabled: settled !== null,
  });
}
