import { testLives } from './any-life.ts';

testLives(2);
