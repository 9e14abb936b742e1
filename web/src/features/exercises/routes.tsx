import { createLazyRoute } from '@tanstack/react-router';
import { ExercisePage as ExerciseScreen } from './ExercisePage';
import { Exercises as ExercisesScreen } from './Exercises';

export const Exercises = createLazyRoute('/inside/exercises')({ component: ExercisesScreen });
export const ExercisePage = createLazyRoute('/inside/exercises/$slug')({ component: ExerciseScreen });
