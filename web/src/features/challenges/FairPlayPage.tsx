import { useQuery } from '@tanstack/react-query';
import { fairQueries } from '../../api/fair-play';
import type { FairPlayRules, SportBounds, Units } from '../../api/gen';
import { usePreferences } from '../../api/session';
import { decimal } from '../../format/number';
import { distance, elevation, text, weight } from '../../format/units';
import { t } from '../../locales/t';
import { Card, Section } from '../../ui/Card';
import { Icon } from '../../ui/icons';
import { Page, Sections } from '../../ui/Page';
import { Loaded } from '../../ui/Query';
import { EmptyState } from '../../ui/States';
import { AppealForm } from './AppealForm';
import { CaseFacts } from './CaseFacts';
import styles from './FairPlay.module.css';

/** What is believed of a workout, and which of mine are in quarantine. */
export function FairPlayPage() {
  const rules = useQuery(fairQueries.rules());
  const cases = useQuery(fairQueries.mine());
  const { units } = usePreferences();
  return (
    <Page title={t('fair.title')} lead={t('fair.lead')} back>
      <Sections>
        <Section title={t('fair.mine')}>
          <Loaded query={cases} rows={1}>
            {(mine) =>
              mine.length === 0 ? (
                <EmptyState icon="check" title={t('fair.mine.none')} />
              ) : (
                <ul className={styles.cases}>
                  {mine.map((one) => (
                    <li key={one.workout_id}>
                      <Card>
                        <CaseFacts one={one} />
                        <AppealForm workout={one.workout_id} state={one.state} note={one.note} />
                      </Card>
                    </li>
                  ))}
                </ul>
              )
            }
          </Loaded>
        </Section>
        <Section title={t('fair.rules')}>
          <Loaded query={rules} rows={4}>
            {(found) => <Published rules={found} units={units} />}
          </Loaded>
        </Section>
      </Sections>
    </Page>
  );
}

function Published({ rules, units }: { rules: FairPlayRules; units: Units }) {
  return (
    <div className={styles.rules}>
      <p>{t('fair.version', { version: rules.version })}</p>
      <ul className={styles.general}>
        <li>{t('fair.heart', { most: rules.heart_rate_bpm, least: rules.resting_bpm })}</li>
        <li>{t('fair.overlap', { share: decimal(rules.overlap_share * 100) })}</li>
        <li>
          {t('fair.copies', {
            minutes: decimal(rules.copy_start_s / 60),
            duration: decimal(rules.copy_duration_share * 100),
            distance: decimal(rules.copy_distance_share * 100),
          })}
        </li>
        <li>{t('fair.tiers', { tiers: rules.tiers.map((tier) => t(`tier.${tier}`)).join(' → ') })}</li>
      </ul>
      <div className={styles.sports}>
        {rules.sports.map((bounds) => (
          <Sport key={bounds.sport} bounds={bounds} units={units} />
        ))}
      </div>
    </div>
  );
}

function Sport({ bounds, units }: { bounds: SportBounds; units: Units }) {
  const { sport, speed, duration_s, climb_m_per_h, power_w, weight_kg, volume_kg_per_min } = bounds;
  const fast = (mps: number) =>
    units === 'imperial' ? `${decimal(mps * 2.236936, 1)} mph` : `${decimal(mps * 3.6, 1)} km/h`;
  const lifts = sport === 'strength' || sport === 'hiit';
  return (
    <Card>
      <details className={styles.sport}>
        <summary>
          <Icon name={sport} size={22} />
          {t(`sport.${sport}`)}
        </summary>
        <dl>
          {speed.map(({ from_m, at_most_mps }) => (
            <div key={from_m}>
              <dt>
                {from_m === 0
                  ? t('fair.speed')
                  : t('fair.speed.from', { far: text(distance(from_m, units)) })}
              </dt>
              <dd className="num">{fast(at_most_mps)}</dd>
            </div>
          ))}
          <div>
            <dt>{t('fair.duration')}</dt>
            <dd className="num">{t('time.hours', { count: Math.round(duration_s / 3_600) })}</dd>
          </div>
          {climb_m_per_h !== null && (
            <div>
              <dt>{t('fair.climb')}</dt>
              <dd className="num">{`${text(elevation(climb_m_per_h, units))}/h`}</dd>
            </div>
          )}
          <div>
            <dt>{t('fair.power')}</dt>
            <dd className="num">{`${decimal(power_w)} W`}</dd>
          </div>
          {lifts && (
            <>
              <div>
                <dt>{t('fair.weight')}</dt>
                <dd className="num">{text(weight(weight_kg, units))}</dd>
              </div>
              <div>
                <dt>{t('fair.density')}</dt>
                <dd className="num">{`${text(weight(volume_kg_per_min, units))}/min`}</dd>
              </div>
            </>
          )}
        </dl>
      </details>
    </Card>
  );
}
