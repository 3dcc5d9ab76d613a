//: before load('/attribution/latest/cello-attribution.js');
// Cello's cookies wait for what a visitor says to C0004: targeting, OneTrust's strictest class.
const heedConsent = () => {
  const groups = window.OnetrustActiveGroups?.split(',');
  if (!groups) return;
  window.CelloAttribution(groups.includes('C0004') ? 'allowCookies' : 'deleteCookies').catch(() => null);
};
addEventListener('OneTrustGroupsUpdated', heedConsent);
heedConsent();

