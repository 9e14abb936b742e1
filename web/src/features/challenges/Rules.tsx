import { Link } from '@tanstack/react-router';
import type { RuleLine, Units } from '../../api/gen';
import type { Measure } from '../../format/score';
import { t } from '../../locales/t';
import { Icon, type IconName } from '../../ui/icons';
import styles from './Rules.module.css';
import { ruleText } from './rules';

const ICONS: Readonly<Record<string, IconName>> = {
  kind: 'trophy',
  sports: 'run',
  all: 'run',
  sources: 'device',
  window: 'clock',
  daily: 'timer',
  handicap: 'swap',
  goal: 'star',
  sides: 'people',
  team: 'people',
  open: 'globe',
  late: 'offline',
  repeats: 'sync',
  private: 'lock',
  copies: 'check',
  fair: 'check',
};

/** The rules of a challenge, a line each. */
export function Rules({
  rules,
  measure,
  units,
}: {
  rules: readonly RuleLine[];
  measure: Measure;
  units: Units;
}) {
  return (
    <ul className={styles.rules}>
      {rules.map((rule) => (
        <li key={rule.code}>
          <Icon name={ICONS[rule.code.split('_')[0] ?? ''] ?? 'note'} size={20} />
          <span>
            {ruleText(rule, measure, units)}{' '}
            {rule.code === 'fair_play' && (
              <Link to="/fair-play" className={styles.more}>
                {t('fair.rules.read')}
              </Link>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
