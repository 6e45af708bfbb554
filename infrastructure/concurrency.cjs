const { settingsOf } = require('./settings.cjs');

module.exports = {
  /** A number, or nothing where none are to be set aside: osls takes no text. @param {import('./settings.cjs').Context} context */
  reserved: async (context) => {
    const { reservedConcurrency } = await settingsOf(context);
    return reservedConcurrency === '0' ? null : Number(reservedConcurrency);
  },
};
