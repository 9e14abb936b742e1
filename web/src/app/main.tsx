import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../ui/styles/fonts.css';
import '../ui/styles/tokens.css';
import '../ui/styles/base.css';
import { queryClient } from '../api/client';
import { whenSignedOut } from '../api/request';
import { forgetSession, sessionQuery } from '../api/session';
import { watchForms } from '../ui/firstInvalid';
import { startTheme } from '../ui/theme';
import { startLanguage } from './language';
import { makeRouter } from './router';
import { installServiceWorker } from './updates';

const router = makeRouter();

// Opened without a network, the session is the one of last time: ask again when there is one.
window.addEventListener('online', () => {
  void queryClient.refetchQueries({ queryKey: sessionQuery.queryKey }).then(() => router.invalidate());
});

startTheme();
watchForms();
whenSignedOut(() => {
  forgetSession();
  void router.invalidate();
});
await startLanguage();

const element = document.getElementById('root');
if (!element) throw new Error('index.html has the element #root');

createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);

installServiceWorker();
