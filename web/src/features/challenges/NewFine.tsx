import { useQuery } from '@tanstack/react-query';
import { clubQueries } from '../../api/clubs';
import { usePreferences } from '../../api/session';
import { t } from '../../locales/t';
import { Select, Switch, TextField } from '../../ui/Field';
import { SegmentedControl } from '../../ui/Tabs';
import { amountUnit } from './draft';
import type { Part } from './NewPage';
import styles from './NewPage.module.css';
import { asks } from './wizard';

/** Who may join, and who competes. */
export function Who({ typed, set, wrong }: Part) {
  const { data: clubs = [] } = useQuery(clubQueries.list());
  const mine = clubs.filter(({ my_role }) => my_role !== null);
  return (
    <>
      <SegmentedControl
        label={t('new.open')}
        value={typed.openness}
        onChange={(openness) => set({ openness })}
        options={[
          { value: 'public', label: t('new.open.public') },
          { value: 'club', label: t('new.open.club') },
          { value: 'invite', label: t('new.open.invite') },
        ]}
      />
      {typed.openness === 'club' && (
        <Select
          label={t('new.club')}
          value={typed.clubId}
          error={wrong('club_id')}
          onChange={({ target }) => set({ clubId: target.value })}
        >
          <option value="">{t('new.club.choose')}</option>
          {mine.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
      {asks.sides(typed.kind) && (
        <SegmentedControl
          label={t('new.sides')}
          value={typed.sides}
          onChange={(sides) => set({ sides })}
          options={[
            { value: 'individuals', label: t('new.sides.individuals') },
            { value: 'teams', label: t('new.sides.teams') },
            { value: 'clubs', label: t('new.sides.clubs') },
          ]}
        />
      )}
      {typed.sides === 'clubs' && (
        <fieldset>
          <legend className={styles.legend}>{t('new.clubs')}</legend>
          <div className={styles.chips}>
            {clubs.map(({ id, name }) => (
              <label key={id} className={styles.chip}>
                <input
                  type="checkbox"
                  className="sr"
                  checked={typed.clubs.includes(id)}
                  onChange={({ target }) =>
                    set({
                      clubs: target.checked ? [...typed.clubs, id] : typed.clubs.filter((one) => one !== id),
                    })
                  }
                />
                <span>{name}</span>
              </label>
            ))}
          </div>
          {wrong('clubs') && (
            <p className={styles.hint} role="alert">
              {wrong('clubs')}
            </p>
          )}
        </fieldset>
      )}
      {typed.sides !== 'individuals' && (
        <SegmentedControl
          label={t('new.scoring')}
          value={typed.scoring}
          onChange={(scoring) => set({ scoring })}
          options={[
            { value: 'sum', label: t('new.scoring.sum') },
            { value: 'mean', label: t('new.scoring.mean') },
          ]}
        />
      )}
      {typed.sides === 'teams' && (
        <TextField
          label={t('new.team.size')}
          inputMode="numeric"
          value={typed.teamSize}
          error={wrong('terms/team_size')}
          onChange={({ target }) => set({ teamSize: target.value })}
        />
      )}
    </>
  );
}

const SETTLE_H = [0, 24, 48, 168] as const;

/** Caps, handicaps, sources, and how long late logs count. */
export function FinePrint({ typed, set, wrong }: Part) {
  const { units } = usePreferences();
  return (
    <details className={styles.fine}>
      <summary>{t('new.fine')}</summary>
      <div className={styles.group}>
        {asks.cap(typed.kind) && (
          <TextField
            label={t('new.cap')}
            hint={t('new.cap.hint')}
            suffix={amountUnit(typed.metric, units)}
            inputMode="decimal"
            value={typed.cap}
            error={wrong('terms/daily_cap')}
            onChange={({ target }) => set({ cap: target.value })}
          />
        )}
        {asks.handicap(typed.kind) && (
          <Switch
            label={t('new.handicap')}
            hint={t('new.handicap.hint')}
            checked={typed.handicap}
            onChange={({ target }) => set({ handicap: target.checked })}
          />
        )}
        <Switch
          label={t('new.sources')}
          hint={t('new.sources.hint')}
          checked={typed.trusted}
          onChange={({ target }) => set({ trusted: target.checked })}
        />
        <Select
          label={t('new.settle')}
          value={String(typed.settleAfterH)}
          error={wrong('settle_after_h')}
          onChange={({ target }) => set({ settleAfterH: Number(target.value) })}
        >
          {SETTLE_H.map((hours) => (
            <option key={hours} value={hours}>
              {hours < 48 ? t('time.hours', { count: hours }) : t('time.days', { count: hours / 24 })}
            </option>
          ))}
        </Select>
      </div>
    </details>
  );
}
