//: before load('/attribution/latest/cello-attribution.js');
// Cello's cookies wait for what a visitor says to marketing, Cookiebot's strictest class.
const heedConsent = () => {
  const { hasResponse, consent } = window.Cookiebot ?? {};
  if (!hasResponse) return;
  window.CelloAttribution(consent.marketing ? 'allowCookies' : 'deleteCookies').catch(() => null);
};
addEventListener('CookiebotOnAccept', heedConsent);
addEventListener('CookiebotOnDecline', heedConsent);
heedConsent();

