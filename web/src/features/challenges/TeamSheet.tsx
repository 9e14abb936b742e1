import { useMutation, useQuery } from '@tanstack/react-query';
import { boardQueries, editTeam, leaveTeam } from '../../api/boards';
import type { Challenge, Team, Units } from '../../api/gen';
import { useMe } from '../../api/session';
import { t } from '../../locales/t';
import { Avatar } from '../../ui/Avatar';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { explain } from '../../ui/explain';
import { Switch } from '../../ui/Field';
import { Loaded } from '../../ui/Query';
import { toast } from '../../ui/toast';
import { InviteLink } from './InviteLink';
import styles from './Teams.module.css';
import { scoreText } from './words';

/** Who is in a team; its captain opens, closes and hands it over. */
export function TeamSheet({
  challenge,
  team,
  units,
  onClose,
}: {
  challenge: Challenge;
  team: Team;
  units: Units;
  onClose: () => void;
}) {
  const me = useMe();
  const query = useQuery(boardQueries.teamMembers(challenge.id, team.id));
  const change = useMutation({
    mutationFn: (edit: { is_open?: boolean; captain_id?: string }) => editTeam(challenge.id, team.id, edit),
    onError: (error) => toast(explain(error), { bad: true }),
  });
  const takeOut = useMutation({
    mutationFn: (member: string) => leaveTeam(challenge.id, team.id, member),
    onError: (error) => toast(explain(error), { bad: true }),
  });
  const isCaptain = team.captain?.id === me.id && challenge.state !== 'ended';
  return (
    <Dialog title={team.name} onClose={onClose}>
      <div className={styles.sheet}>
        {isCaptain && (
          <Switch
            label={t('teams.open')}
            hint={t('teams.open.hint')}
            checked={team.is_open}
            onChange={(event) => change.mutate({ is_open: event.target.checked })}
          />
        )}
        <Loaded query={query} rows={2} height={3.5}>
          {(members) => (
            <ul>
              {members.map(({ member, is_captain, score }) => (
                <li key={member.id} className={styles.member}>
                  <Avatar member={member} size={36} />
                  <span>
                    <b>{member.name}</b>
                    {is_captain && <small>{t('teams.is.captain')}</small>}
                  </span>
                  <span className="num">{scoreText(score, challenge, units)}</span>
                  {isCaptain && !is_captain && member.handle !== '' && (
                    <span>
                      <Button look="ghost" onClick={() => change.mutate({ captain_id: member.id })}>
                        {t('teams.hand.over')}
                      </Button>
                      {challenge.state === 'upcoming' && (
                        <Button look="ghost" onClick={() => takeOut.mutate(member.id)}>
                          {t('teams.take.out')}
                        </Button>
                      )}
                    </span>
                  )}
                </li>
              ))}
            </ul>
          )}
        </Loaded>
        {team.is_mine && challenge.sides === 'teams' && challenge.state !== 'ended' && (
          <InviteLink challenge={challenge} team={team.id} />
        )}
      </div>
    </Dialog>
  );
}
