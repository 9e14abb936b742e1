import type { Block } from '../../api/gen';
import { t } from '../../locales/t';

/** What a block is called: its own label, or its kind. */
export function blockName(block: Block): string {
  return block.label || t(`block.${block.kind}`);
}
