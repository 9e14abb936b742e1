import { type FormEvent, useEffect, useRef, useState } from 'react';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { classes } from '../../ui/classes';
import { Icon } from '../../ui/icons';
import styles from './Chat.module.css';
import type { Talk } from './talk';

const LONGEST = 500;

/** The room's chat. Who may not write, reads. */
export function Chat({ talk, myNumber }: { talk: Talk; myNumber: number | null }) {
  const { lines } = talk;
  const list = useRef<HTMLOListElement>(null);
  const isAtEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new line moves the list to its end
  useEffect(() => {
    const element = list.current;
    if (element !== null && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [lines]);
  return (
    <section className={styles.chat} aria-label={t('room.chat')}>
      <ol
        ref={list}
        className={styles.lines}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls has to be reachable by keyboard
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < 40;
        }}
      >
        {lines.length === 0 && <li className={styles.nothing}>{t('room.chat.empty')}</li>}
        {lines.map((line) => (
          <li key={line.mid} className={classes(styles.line, line.number === myNumber && styles.mine)}>
            <b>{line.number === myNumber ? t('rank.you') : line.name}</b> <span dir="auto">{line.text}</span>
            {line.state === 'saying' && <small>{t('room.chat.saying')}</small>}
            {line.state === 'failed' && (
              <button type="button" className={styles.again} onClick={() => talk.sayAgain(line)}>
                {t('room.chat.failed')}
              </button>
            )}
          </li>
        ))}
      </ol>
      {myNumber !== null && <Write onSay={talk.say} />}
    </section>
  );
}

function Write({ onSay }: { onSay: (text: string) => void }) {
  const [text, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    onSay(text.trim());
    setText('');
  };
  return (
    <form className={styles.write} onSubmit={submit}>
      <input
        className={styles.input}
        value={text}
        maxLength={LONGEST}
        aria-label={t('room.chat.write')}
        placeholder={t('room.chat.write')}
        autoComplete="off"
        enterKeyHint="send"
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" look="stage" icon aria-label={t('room.chat.send')}>
        <Icon name="up" />
      </Button>
    </form>
  );
}
