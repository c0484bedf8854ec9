function open(){const target=document.getElementById(decodeURIComponent(location.hash.slice(1)));if(!target)return;for(let at=target;at;at=at.parentElement)if(at.tagName==="DETAILS")at.open=true;target.scrollIntoView()}
addEventListener("hashchange",open);open();
