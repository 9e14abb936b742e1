import { createLazyRoute } from '@tanstack/react-router';
import { Register as RegisterScreen } from './Register';
import { SignIn as SignInScreen } from './SignIn';
import { Welcome as WelcomeScreen } from './Welcome';

export const Welcome = createLazyRoute('/outside/welcome')({ component: WelcomeScreen });
export const SignIn = createLazyRoute('/outside/sign-in')({ component: SignInScreen });
export const Register = createLazyRoute('/outside/register')({ component: RegisterScreen });
