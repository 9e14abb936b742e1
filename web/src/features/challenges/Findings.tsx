import type { Finding } from '../../api/gen';
import { usePreferences } from '../../api/session';
import { clock } from '../../format/duration';
import { decimal } from '../../format/number';
import { elevation, text, weight } from '../../format/units';
import { t } from '../../locales/t';
import styles from './ScoreSheet.module.css';

/** What makes a workout hard to believe, with what was found and what is believed. */
export function Findings({ findings }: { findings: readonly Finding[] }) {
  const { units } = usePreferences();
  if (findings.length === 0) return null;
  const said = (finding: Finding, value: number | null | undefined) => {
    if (value == null) return '';
    switch (finding.code) {
      case 'too_fast':
        return units === 'imperial'
          ? `${decimal(value * 2.236936, 1)} mph`
          : `${decimal(value * 3.6, 1)} km/h`;
      case 'too_long':
        return clock(value);
      case 'too_steep':
        return `${text(elevation(value, units))}/h`;
      case 'too_much_power':
        return `${decimal(value)} W`;
      case 'too_heavy':
        return text(weight(value, units));
      case 'too_dense':
        return `${text(weight(value, units))}/min`;
      case 'heart_rate_too_high':
      case 'heart_rate_too_low':
        return `${decimal(value)} bpm`;
      case 'overlap':
        return `${decimal(value * 100)} %`;
      default:
        return decimal(value);
    }
  };
  return (
    <ul className={styles.findings}>
      {findings.map((finding) => (
        <li key={finding.code}>
          {t(`finding.${finding.code}`)}
          {finding.value != null &&
            finding.limit != null &&
            ` ${t('finding.numbers', { value: said(finding, finding.value), limit: said(finding, finding.limit) })}`}
        </li>
      ))}
    </ul>
  );
}
