function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

export const ADVERBS = words(`
ably aptly avidly boldly brightly briskly calmly cheerily cleanly clearly closely coolly crisply daily dearly deeply
deftly duly eagerly early easily evenly fairly firmly fondly freely freshly fully gently gladly gleefully globally
gracefully greatly happily heartily highly honestly humbly jointly jovially joyfully justly keenly kindly largely
lightly likely lively locally loosely loudly lovingly luckily mainly merrily mildly mostly mutually neatly newly nicely
nimbly nobly normally openly partly patiently plainly playfully politely promptly properly proudly purely
quickly quietly rarely readily really rightly roughly safely sharply shyly simply slowly smartly smoothly softly solidly
soundly steadily strongly suddenly surely sweetly swiftly tenderly thickly thinly tightly totally truly usually vastly
vividly warmly widely wildly wisely
`);

export const ADJECTIVES = words(`
able active adept agile airy alert alive amber ample amused apt arctic artful autumn avid awake azure balanced beaming
beloved big blazing blithe blooming blue bold bonny brave breezy brief bright brilliant brisk broad bronze bubbly busy
calm candid capable careful caring casual charming cheerful chief chosen civil classic clean clear clever close cobalt
cool copper coral cordial cosmic cosy crafty creative crimson crisp curious daring dashing dear decent deep deft devoted
direct dreamy driven dynamic eager early earnest easy elated elegant eminent enduring engaged epic equal eternal even
evident exact exotic expert fabled fair faithful famous fancy fast fearless fine firm fit fleet fluent flying fond frank
free fresh friendly frosty full fun funny gallant generous gentle genuine gifted giving glad gleaming golden good
graceful grand grateful great green growing guided handy happy hardy harmonic healthy hearty helpful heroic hidden
honest hopeful humble ideal immense indigo infinite innocent intent inviting ivory jaunty jolly jovial joyful
just keen kind knowing lasting leading learned legal light lively lofty logical loved loyal lucid lucky lunar magical
major mellow merry mighty mindful modern modest moral moving musical native natural neat noble normal novel olive open
optimal patient peaceful perfect playful pleasant poetic poised polished polite precise premium prime prompt proud
prudent pumped pure quick quiet radiant rapid rare ready regular relaxed reliable renewed resolute rested robust rolling
rosy ruby rustic safe sage scarlet secure select sensible serene sharp shining silent silver simple sincere skilled
sleek smart smiling smooth snowy social soft solar solid sound sparkling special splendid spry stable star steady stellar
still stirring strong subtle sunny super sure sweet swift tender thorough tidy timely tireless tolerant topical touched
tranquil true trusty tuned unbiased unique united upbeat upright useful valid valued velvet verified vibrant violet
vital vivid warm wealthy welcome whole willing winning wise witty worthy young zealous zesty
`);

export const ANIMALS = words(`
adder albatross alpaca anchovy ant anteater antelope ape asp auk avocet axolotl baboon badger bandicoot barnacle bass bat
beagle bear beaver bee beetle bengal bison blackbird bluebird bluejay boa boar bobcat bonefish bonobo buffalo bulldog
bullfinch bunting burro bustard buzzard caiman camel canary capybara caracal cardinal caribou carp cat catfish chameleon
chamois cheetah chickadee chicken chipmunk cicada civet clam cobra cockatoo cod collie condor coot coral cormorant cougar
cow coyote crab crane crayfish cricket crow cuckoo curlew dachshund dassie deer dingo dodo doe dog dolphin donkey dory
dove dragonfly drake duck dugong duiker dunlin eagle earwig echidna eel egret eland elephant elk emu ermine falcon fawn
feline ferret finch firefly fish flamingo flea flounder fly foal fowl fox frog gannet gar garfish gazelle gecko gelding
gerbil gibbon giraffe glider gnat gnu goat goldfinch goose gopher goshawk grackle grebe grouper grouse gull guppy
haddock hagfish halibut hamster hare harrier hawk hedgehog heron herring hippo hog hornet horse hound hoverfly
hummingbird husky hyena ibex ibis iguana impala jackal jackdaw jaguar jay jellyfish joey kangaroo katydid kestrel
killdeer kingfisher kite kitten kiwi koala kodiak koi kookaburra krill kudu lacewing ladybug lamb lamprey lapwing lark
lemming lemur leopard liger limpet linnet lion lizard llama lobster locust longhorn loon lynx macaque macaw mackerel magpie
mallard mammoth manatee mandrill mantis margay marlin marmoset marmot marten martin mastiff meerkat mink minnow mole
mollusk mongoose monkey moose moray moth mouse mule mullet muskox muskrat narwhal newt nightingale numbat ocelot octopus
okapi opossum orca oriole oryx osprey ostrich otter owl ox oyster panda pangolin panther parakeet parrot partridge peacock
pelican penguin perch petrel pheasant phoenix pig pigeon pika pike piranha platypus plover polecat pony poodle porcupine
porpoise possum prawn primate puffin puma puppy python quagga quail quokka rabbit raccoon ram raptor raven ray redbird
reindeer rhino roadrunner robin rodent rook rooster sable salamander salmon sandpiper sardine sawfish scallop seagull seal
serval shark sheep shepherd shiner shrew shrimp skunk skylark sloth slug snail snake snapper snipe sole sparrow spider
sponge squid squirrel stag stallion starfish starling stingray stoat stork sturgeon sunfish swallow swan swift tahr tapir
tarpon tarsier tern terrapin terrier tetra thrush tiger toad tortoise toucan treefrog trout tuna turkey turtle
urchin viper vole vulture wahoo wallaby walleye walrus warbler warthog wasp weasel weevil whale whippet wildcat
wolf wolverine wombat woodcock woodpecker wren yak yeti zebra
`);
