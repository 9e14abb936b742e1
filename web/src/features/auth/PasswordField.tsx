import { type ComponentProps, useState } from 'react';
import { t } from '../../locales/t';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { Icon } from '../../ui/icons';
import styles from './Auth.module.css';

/** A password that can be looked at while it is typed. */
export function PasswordField(props: Omit<ComponentProps<typeof TextField>, 'type' | 'suffix'>) {
  const [shown, setShown] = useState(false);
  return (
    <div className={styles.password}>
      <TextField {...props} type={shown ? 'text' : 'password'} autoCapitalize="none" spellCheck={false} />
      <span className={styles.reveal}>
        <Button
          look="ghost"
          icon
          aria-label={t(shown ? 'hide.password' : 'show.password')}
          onClick={() => setShown(!shown)}
        >
          <Icon name={shown ? 'eye.off' : 'eye'} />
        </Button>
      </span>
    </div>
  );
}
