const { settingsOf } = require('./settings.cjs');

/** The queue's one writer, and a person who plans beside it: functions/adjust-scaling/wire.ts counts on them. */
const ADJUST_SCALING = 2;

module.exports = {
  /** @param {import('./settings.cjs').Context} context */
  adjustScaling: async (context) => ((await settingsOf(context)).reservedConcurrency === '0' ? null : ADJUST_SCALING),

  /** A number, or nothing where none are to be set aside: osls takes no text. @param {import('./settings.cjs').Context} context */
  reserved: async (context) => {
    const { reservedConcurrency } = await settingsOf(context);
    return reservedConcurrency === '0' ? null : Number(reservedConcurrency);
  },
};
