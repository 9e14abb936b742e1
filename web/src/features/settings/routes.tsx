import { createLazyRoute } from '@tanstack/react-router';
import { Settings as SettingsScreen } from './Settings';
import { SettingsSection as SectionScreen } from './SettingsSection';

export const Settings = createLazyRoute('/inside/settings')({ component: SettingsScreen });
export const SettingsSection = createLazyRoute('/inside/settings/$section')({ component: SectionScreen });
