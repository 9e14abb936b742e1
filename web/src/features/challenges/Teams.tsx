import { useMutation, useQuery } from '@tanstack/react-query';
import { type CSSProperties, type FormEvent, useState } from 'react';
import { boardQueries, createTeam, enterTeam, leaveTeam } from '../../api/boards';
import type { Challenge, Team, Units } from '../../api/gen';
import { useMe } from '../../api/session';
import { uuid7 } from '../../api/uuid7';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { classes } from '../../ui/classes';
import { Dialog } from '../../ui/Dialog';
import { explain } from '../../ui/explain';
import { Switch, TextField } from '../../ui/Field';
import { EmptyState, Skeleton } from '../../ui/States';
import { toast } from '../../ui/toast';
import { share } from './Standings';
import rows from './Standings.module.css';
import { TeamSheet } from './TeamSheet';
import styles from './Teams.module.css';
import { useReadAgain } from './useBoard';
import { scoreText, shownInRow } from './words';

const bad = (error: unknown) => toast(explain(error), { bad: true });

/** Teams or clubs by rank; into one of them, or with one of my own. */
export function Teams({ challenge, units, moved }: { challenge: Challenge; units: Units; moved: unknown }) {
  const options = boardQueries.teams(challenge.id);
  const { data: teams } = useQuery(options);
  useReadAgain(moved, options.queryKey);
  const [opened, setOpened] = useState<string | null>(null);
  if (teams === undefined) return <Skeleton rows={3} height={3.75} />;
  const best = teams[0]?.score ?? 0;
  const [one, two] = teams;
  const inTeam = teams.some(({ is_mine }) => is_mine);
  const mayMake = challenge.sides === 'teams' && challenge.me && !inTeam && challenge.state !== 'ended';
  const shown = teams.find(({ id }) => id === opened);
  return (
    <div className={styles.teams}>
      {teams.length === 2 && one && two && <Duel one={one} two={two} challenge={challenge} units={units} />}
      {teams.length === 0 && <EmptyState icon="people" title={t('teams.none')} />}
      <ol className={rows.board}>
        {teams.map((team) => {
          const { value, unit } = shownInRow(team.score, challenge, units, best);
          return (
            <li key={team.id} className={classes(rows.row, styles.row, team.is_mine && rows.mine)}>
              <span
                className={rows.bar}
                style={{ '--share': share(team.score, best, challenge) } as CSSProperties}
                aria-hidden="true"
              />
              <span className={classes(rows.rank, 'num')}>{team.rank}</span>
              <span className={rows.who}>
                <button type="button" className={styles.name} onClick={() => setOpened(team.id)}>
                  {team.name}
                </button>
                <span className={classes(rows.sub, 'num')}>
                  {t('teams.members', { count: team.members })}
                  {team.captain && ` · ${t('teams.captain', { name: team.captain.name })}`}
                </span>
              </span>
              <Enter challenge={challenge} team={team} inTeam={inTeam} />
              <span className={classes(rows.score, 'num')}>
                {value} <small>{unit}</small>
              </span>
            </li>
          );
        })}
      </ol>
      {mayMake && <NewTeam challenge={challenge} />}
      {shown && (
        <TeamSheet challenge={challenge} team={shown} units={units} onClose={() => setOpened(null)} />
      )}
    </div>
  );
}

/** Two sides pull at one rope. */
function Duel({ one, two, challenge, units }: { one: Team; two: Team; challenge: Challenge; units: Units }) {
  // Sides stay where they are while the lead changes.
  const [left, right] = one.id < two.id ? [one, two] : [two, one];
  const all = left.score + right.score;
  const part = all > 0 ? left.score / all : 0.5;
  return (
    <div className={styles.duel} role="img" aria-label={t('teams.duel', { one: left.name, two: right.name })}>
      <p>
        <b>{left.name}</b>
        <b>{right.name}</b>
      </p>
      <span className={styles.rope}>
        <span style={{ transform: `scaleX(${part})` }} />
      </span>
      <p className="num">
        <span>{scoreText(left.score, challenge, units)}</span>
        <span>{scoreText(right.score, challenge, units)}</span>
      </p>
    </div>
  );
}

function Enter({ challenge, team, inTeam }: { challenge: Challenge; team: Team; inTeam: boolean }) {
  const me = useMe();
  const { id, state, sides } = challenge;
  const begun = state !== 'upcoming';
  const move = useMutation({
    mutationFn: () => (team.is_mine ? leaveTeam(id, team.id, me.id) : enterTeam(id, team.id)),
    onError: bad,
  });
  if (!challenge.me || state === 'ended') return <span />;
  if (team.is_mine) {
    if (begun || sides === 'clubs') return <span />;
    return (
      <Button look="ghost" busy={move.isPending} onClick={() => move.mutate()}>
        {t('teams.leave')}
      </Button>
    );
  }
  if ((inTeam && begun) || (!team.is_open && sides === 'teams')) return <span />;
  return (
    <Button look="volt" className={styles.enter} busy={move.isPending} onClick={() => move.mutate()}>
      {t('teams.enter')}
    </Button>
  );
}

function NewTeam({ challenge }: { challenge: Challenge }) {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [isOpen, setIsOpen] = useState(true);
  const make = useMutation({
    mutationFn: () => createTeam(challenge.id, { id: uuid7(), name: name.trim(), is_open: isOpen }),
    onSuccess: () => setOpen(false),
    onError: bad,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') make.mutate();
  };
  if (!open) {
    return (
      <Button look="outline" size="large" wide onClick={() => setOpen(true)}>
        {t('teams.new')}
      </Button>
    );
  }
  return (
    <Dialog title={t('teams.new')} onClose={() => setOpen(false)}>
      <form className={styles.form} onSubmit={submit}>
        <TextField
          label={t('teams.name')}
          value={name}
          maxLength={40}
          required
          data-autofocus
          onChange={(event) => setName(event.target.value)}
        />
        <Switch
          label={t('teams.open')}
          hint={t('teams.open.hint')}
          checked={isOpen}
          onChange={(event) => setIsOpen(event.target.checked)}
        />
        <Button type="submit" look="volt" size="large" wide busy={make.isPending}>
          {t('teams.create')}
        </Button>
      </form>
    </Dialog>
  );
}
