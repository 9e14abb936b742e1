/** Programmes to start from. */
import type { Block, Programme, Sport } from '../../api/gen';
import { t } from '../../locales/t';

export const TEMPLATES = ['tabata', 'four', 'emom', 'amrap', 'ride', 'free'] as const;
export type Template = (typeof TEMPLATES)[number];

const MINUTE = 60;
const SPORT: Record<Template, Sport> = {
  tabata: 'hiit',
  four: 'run',
  emom: 'strength',
  amrap: 'hiit',
  ride: 'indoor_ride',
  free: 'run',
};

const block = (kind: Block['kind'], duration_s: number | null, label = ''): Block => ({
  kind,
  duration_s,
  label,
});
const once = (...blocks: Block[]) => ({ blocks, repeat: 1 });
const warmup = (minutes: number) => once(block('warmup', minutes * MINUTE));
const cooldown = (minutes: number) => once(block('cooldown', minutes * MINUTE));

export function sportOf(template: Template): Sport {
  return SPORT[template];
}

export function programmeOf(template: Template): Programme {
  switch (template) {
    case 'tabata':
      return {
        parts: [warmup(5), { blocks: [block('work', 20), block('rest', 10)], repeat: 8 }, cooldown(3)],
      };
    case 'four': {
      const hard = block('work', 4 * MINUTE, t('template.label.hard'));
      const easy = block('rest', 3 * MINUTE, t('template.label.easy'));
      return { parts: [warmup(10), { blocks: [hard, easy], repeat: 4 }, cooldown(5)] };
    }
    case 'emom':
      return {
        parts: [
          warmup(3),
          { blocks: [block('work', MINUTE, t('template.label.minute'))], repeat: 20 },
          cooldown(2),
        ],
      };
    case 'amrap':
      return {
        parts: [warmup(3), once(block('work', 12 * MINUTE, t('template.label.rounds'))), cooldown(2)],
      };
    case 'ride': {
      const hard = block('work', 3 * MINUTE, t('template.label.threshold'));
      return { parts: [warmup(8), { blocks: [hard, block('rest', 2 * MINUTE)], repeat: 6 }, cooldown(5)] };
    }
    case 'free':
      return { parts: [once(block('free', null, t('template.label.together')))] };
  }
}
