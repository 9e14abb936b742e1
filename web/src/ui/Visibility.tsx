import type { Visibility } from '../api/gen';
import { t } from '../locales/t';
import { Icon } from './icons';
import { SegmentedControl } from './Tabs';

const ICONS = { public: 'globe', followers: 'people', private: 'lock' } as const;

/** Who can see something: a small sign with words for those who cannot see it. */
export function VisibilityIcon({ visibility }: { visibility: Visibility }) {
  return (
    <span title={t(`visibility.${visibility}`)}>
      <Icon name={ICONS[visibility]} size={15} />
      <span className="sr">{t(`visibility.${visibility}`)}</span>
    </span>
  );
}

export function VisibilityChoice({
  value,
  onChange,
  label = t('visibility.label'),
  labelHidden = false,
}: {
  value: Visibility;
  onChange: (value: Visibility) => void;
  label?: string;
  labelHidden?: boolean;
}) {
  return (
    <SegmentedControl
      label={label}
      labelHidden={labelHidden}
      value={value}
      onChange={onChange}
      options={(['public', 'followers', 'private'] as const).map((one) => ({
        value: one,
        label: t(`visibility.${one}`),
      }))}
    />
  );
}
