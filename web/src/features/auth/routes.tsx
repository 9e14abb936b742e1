import { createLazyRoute } from '@tanstack/react-router';
import { t } from '../../locales/t';
import { Page } from '../../ui/Page';

export const Welcome = createLazyRoute('/outside/welcome')({
  component: () => <Page title={t('auth.title')}>{null}</Page>,
});
export const SignIn = createLazyRoute('/outside/sign-in')({
  component: () => <Page title={t('auth.title')}>{null}</Page>,
});
export const Register = createLazyRoute('/outside/register')({
  component: () => <Page title={t('auth.title')}>{null}</Page>,
});
