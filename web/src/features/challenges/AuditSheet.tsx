import { useInfiniteQuery } from '@tanstack/react-query';
import { fairQueries } from '../../api/fair-play';
import type { AuditLine, Challenge } from '../../api/gen';
import { usePreferences } from '../../api/session';
import { day, timeOfDay } from '../../format/dates';
import { t } from '../../locales/t';
import { Dialog } from '../../ui/Dialog';
import { LoadMore } from '../../ui/LoadMore';
import { Loaded } from '../../ui/Query';
import styles from './ScoreSheet.module.css';
import { scoreText } from './words';

/** What happened to a challenge, and to its scores once its window was over. */
export function AuditSheet({ challenge, onClose }: { challenge: Challenge; onClose: () => void }) {
  const query = useInfiniteQuery(fairQueries.audit(challenge.id));
  return (
    <Dialog title={t('manage.audit')} onClose={onClose}>
      <Loaded query={query} rows={3} height={3}>
        {({ pages }) => (
          <>
            <p className={styles.none}>{t('audit.lead')}</p>
            <ul className={styles.lines}>
              {pages
                .flatMap((page) => page.items)
                .map((line) => (
                  <li key={line.id} className={styles.entry}>
                    <b>
                      {t(`audit.${line.what}`)}
                      {line.member && ` · ${line.member.name}`}
                    </b>
                    <Change line={line} challenge={challenge} />
                    {line.note && <span>{t('case.note', { note: line.note })}</span>}
                    <small>
                      {`${day(line.at)}, ${timeOfDay(line.at)}`}
                      {line.by && ` · ${t('challenge.by', { name: line.by.name })}`}
                    </small>
                  </li>
                ))}
            </ul>
            <LoadMore {...query} />
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

function Change({ line: { before, after }, challenge }: { line: AuditLine; challenge: Challenge }) {
  const { units } = usePreferences();
  if (before === null || after === null) return null;
  return (
    <span className="num">
      {t('audit.change', {
        before: scoreText(before, challenge, units),
        after: scoreText(after, challenge, units),
      })}
    </span>
  );
}
