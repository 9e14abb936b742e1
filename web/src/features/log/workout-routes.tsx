import { createLazyRoute } from '@tanstack/react-router';
import { WorkoutPage as WorkoutScreen } from './WorkoutPage';
import { Workouts as WorkoutsScreen } from './Workouts';

export const Workouts = createLazyRoute('/inside/workouts')({ component: WorkoutsScreen });
export const WorkoutPage = createLazyRoute('/inside/workouts/$id')({ component: WorkoutScreen });
