import { createLazyRoute } from '@tanstack/react-router';
import { EditWorkout as EditScreen } from './EditWorkout';
import { Endurance as EnduranceScreen } from './Endurance';
import { LogStart as StartScreen } from './LogStart';
import { Strength as StrengthScreen } from './Strength';

export const LogStart = createLazyRoute('/inside/log')({ component: StartScreen });
export const LogStrength = createLazyRoute('/inside/log/strength')({ component: StrengthScreen });
export const LogEndurance = createLazyRoute('/inside/log/endurance')({ component: EnduranceScreen });
export const EditWorkout = createLazyRoute('/inside/workouts/$id/edit')({ component: EditScreen });
