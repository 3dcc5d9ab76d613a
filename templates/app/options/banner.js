//: before // Starting and stopping take turns,
// Whoever comes by a link is greeted where the page has a place for it. The name is what the link says: text, never HTML.
export const greet = async () => {
  const banner = document.getElementById('cello-banner');
  if (!banner || !(await uccQuery())) return;
  const ask = async (command) => window.CelloAttribution(command);
  const wanted = ['getReferrerName', 'getCampaignConfig'];
  const [name, campaign] = await Promise.all(wanted.map((command) => ask(command).catch(() => null)));
  const part = (key) => banner.querySelector(`[data-cello="${key}"]`);
  const put = (key, text) => part(key) && (part(key).textContent = text);
  if (name) put('name', name);
  // The discount is a share of one: 0.1 is 10 per cent.
  const share = campaign?.newUserDiscountPercentage;
  if (share > 0 && share <= 1 && part('offer')) {
    put('discount', `${Math.round(share * 100)} %`);
    put('months', campaign.newUserDiscountMonth);
    part('offer').hidden = false;
  }
  banner.hidden = false;
};

//: before load('/attribution/latest/cello-attribution.js');
greet();
