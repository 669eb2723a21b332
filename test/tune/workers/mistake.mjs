export const objective = (trial) => trial.float("x", 2, 1);
