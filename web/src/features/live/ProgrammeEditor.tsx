import { useId } from 'react';
import type { BlockKind } from '../../api/gen';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { Select, TextField } from '../../ui/Field';
import { Icon } from '../../ui/icons';
import { type BlockDraft, newBlock, newPart, type PartDraft, secondsOf } from './draft';
import styles from './ProgrammeEditor.module.css';

const KINDS: readonly BlockKind[] = ['warmup', 'work', 'rest', 'cooldown', 'free'];
const MOST_PARTS = 20;
const MOST_BLOCKS = 30;
const MOST_TIMES = 100;

type Parts = readonly PartDraft[];

/** Parts that repeat, blocks with a kind and a length. */
export function ProgrammeEditor({ parts, onChange }: { parts: Parts; onChange: (parts: Parts) => void }) {
  const replace = (part: PartDraft) => onChange(parts.map((one) => (one.key === part.key ? part : one)));
  return (
    <div className={styles.editor}>
      {parts.map((part, index) => (
        <Part
          key={part.key}
          part={part}
          number={index + 1}
          onChange={replace}
          onDrop={parts.length > 1 ? () => onChange(parts.filter(({ key }) => key !== part.key)) : null}
        />
      ))}
      {parts.length < MOST_PARTS && (
        <Button look="outline" onClick={() => onChange([...parts, newPart()])}>
          <Icon name="plus" />
          {t('programme.add.part')}
        </Button>
      )}
    </div>
  );
}

function Part({
  part,
  number,
  onChange,
  onDrop,
}: {
  part: PartDraft;
  number: number;
  onChange: (part: PartDraft) => void;
  onDrop: (() => void) | null;
}) {
  const heading = useId();
  const { blocks, repeat } = part;
  return (
    <section className={styles.part} aria-labelledby={heading}>
      <div className={styles.head}>
        <h3 id={heading}>{t('programme.part', { number })}</h3>
        <Times repeat={repeat} onChange={(to) => onChange({ ...part, repeat: to })} />
        {onDrop && (
          <Button look="ghost" icon aria-label={t('programme.drop.part')} onClick={onDrop}>
            <Icon name="trash" />
          </Button>
        )}
      </div>
      <ul className={styles.blocks}>
        {blocks.map((block) => (
          <BlockRow
            key={block.key}
            block={block}
            onChange={(to) =>
              onChange({ ...part, blocks: blocks.map((one) => (one.key === to.key ? to : one)) })
            }
            onDrop={
              blocks.length > 1
                ? () => onChange({ ...part, blocks: blocks.filter(({ key }) => key !== block.key) })
                : null
            }
          />
        ))}
      </ul>
      {blocks.length < MOST_BLOCKS && (
        <Button look="ghost" onClick={() => onChange({ ...part, blocks: [...blocks, newBlock('work', 60)] })}>
          <Icon name="plus" />
          {t('programme.add.block')}
        </Button>
      )}
    </section>
  );
}

function Times({ repeat, onChange }: { repeat: number; onChange: (repeat: number) => void }) {
  return (
    <fieldset className={styles.times}>
      <legend className="sr">{t('programme.repeat')}</legend>
      <Button
        look="quiet"
        icon
        aria-label={t('programme.less')}
        disabled={repeat <= 1}
        onClick={() => onChange(repeat - 1)}
      >
        −
      </Button>
      <output className="num">{repeat}×</output>
      <Button
        look="quiet"
        icon
        aria-label={t('programme.more')}
        disabled={repeat >= MOST_TIMES}
        onClick={() => onChange(repeat + 1)}
      >
        +
      </Button>
    </fieldset>
  );
}

function BlockRow({
  block,
  onChange,
  onDrop,
}: {
  block: BlockDraft;
  onChange: (block: BlockDraft) => void;
  onDrop: (() => void) | null;
}) {
  const isWrong = secondsOf(block) === undefined;
  return (
    <li className={styles.block} data-kind={block.kind}>
      <Select
        label={t('programme.kind')}
        labelHidden
        value={block.kind}
        onChange={(event) => onChange({ ...block, kind: event.target.value as BlockKind })}
      >
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {t(`block.${kind}`)}
          </option>
        ))}
      </Select>
      <TextField
        label={t('programme.length')}
        labelHidden
        value={block.length}
        placeholder={block.kind === 'free' ? t('programme.open') : '1:30'}
        error={isWrong ? t('programme.wrong.length') : undefined}
        onChange={(event) => onChange({ ...block, length: event.target.value })}
      />
      <TextField
        label={t('programme.name')}
        labelHidden
        value={block.label}
        maxLength={60}
        placeholder={t('programme.name')}
        onChange={(event) => onChange({ ...block, label: event.target.value })}
      />
      {onDrop && (
        <Button look="ghost" icon aria-label={t('programme.drop.block')} onClick={onDrop}>
          <Icon name="close" />
        </Button>
      )}
    </li>
  );
}
