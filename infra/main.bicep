targetScope = 'subscription'

metadata description = 'Story to manga: a function app on Flex Consumption, and what it needs. No secret but the key of the model exists, and that one is in the vault.'

@minLength(1)
@maxLength(40)
@description('Name of the azd environment; every name is made from it.')
param environmentName string

// Flex Consumption is in more regions than the scheduler: with durableBackend 'scheduler', see docs/deployment.md.
@description('Region of everything.')
@allowed([
  'australiaeast'
  'brazilsouth'
  'canadacentral'
  'centralindia'
  'centralus'
  'eastasia'
  'eastus'
  'eastus2'
  'francecentral'
  'germanywestcentral'
  'italynorth'
  'japaneast'
  'koreacentral'
  'northcentralus'
  'northeurope'
  'norwayeast'
  'southafricanorth'
  'southcentralus'
  'southeastasia'
  'spaincentral'
  'swedencentral'
  'uaenorth'
  'uksouth'
  'westeurope'
  'westus2'
  'westus3'
])
@metadata({ azd: { type: 'location' } })
param location string

@description('Object id of whoever deploys, who may then look at the scheduler\'s dashboard. Empty: nobody.')
param principalId string = ''

@secure()
@minLength(1)
@description('Key of the Gemini API. It is written to the vault, and nowhere else.')
param geminiApiKey string

@description('Memory of one instance in MB, and with it its cores: 0.25, 1 or 2.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@minValue(1)
@maxValue(1000)
@description('How many instances there may be at once: what a run on the app can cost at most.')
param maximumInstanceCount int = 40

@minValue(0)
@maxValue(20)
@description('Instances that are always there for orchestrators and activities. With none, a generation waits for a cold start.')
param durableAlwaysReady int = 1

@minValue(1)
@maxValue(1000)
@description('Requests that one instance serves at once. An open stream is one of them.')
param httpPerInstanceConcurrency int = 50

@description('Storage and vault are reached through a virtual network only.')
param networkIsolation bool = false

@description('Where Durable Functions keeps its state: in the storage account, or in a Durable Task Scheduler.')
@allowed(['azureStorage', 'scheduler'])
param durableBackend string = 'azureStorage'

@description('SKU of the scheduler, if there is one.')
@allowed(['Consumption', 'Dedicated'])
param schedulerSku string = 'Consumption'

@description('Key that the API asks for.')
@allowed(['anonymous', 'function', 'admin'])
param httpAuthLevel string = 'function'

@description('Who is written to when an alert fires. Empty: nobody.')
param alertEmail string = ''

@description('Further settings of the app by name, as in docs/configuration.md. No secrets: they would be readable in the portal.')
param appSettings object = {}

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var usesScheduler = durableBackend == 'scheduler'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: 'id-${token}'
    location: location
    tags: tags
  }
}

module observability 'modules/observability.bicep' = {
  name: 'observability'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    principalId: identity.outputs.principalId
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    name: 'st${token}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    isPrivate: networkIsolation
  }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  scope: group
  params: {
    name: 'kv-${token}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    isPrivate: networkIsolation
    geminiApiKey: geminiApiKey
  }
}

module network 'modules/network.bicep' = if (networkIsolation) {
  name: 'network'
  scope: group
  params: {
    name: 'vnet-${token}'
    location: location
    tags: tags
    storageId: storage.outputs.id
    vaultId: vault.outputs.id
  }
}

module scheduler 'modules/scheduler.bicep' = if (usesScheduler) {
  name: 'scheduler'
  scope: group
  params: {
    name: 'dts-${token}'
    location: location
    tags: tags
    skuName: schedulerSku
    appPrincipalId: identity.outputs.principalId
    developerPrincipalId: principalId
  }
}

module functionApp 'modules/function-app.bicep' = {
  name: 'function-app'
  scope: group
  params: {
    name: 'func-${token}'
    planName: 'plan-${token}'
    location: location
    tags: union(tags, { 'azd-service-name': 'api' })
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    blobEndpoint: storage.outputs.blobEndpoint
    queueEndpoint: storage.outputs.queueEndpoint
    tableEndpoint: storage.outputs.tableEndpoint
    packageContainer: storage.outputs.packageContainer
    applicationInsightsConnectionString: observability.outputs.applicationInsightsConnectionString
    geminiApiKeyUri: vault.outputs.geminiApiKeyUri
    subnetId: networkIsolation ? network!.outputs.appSubnetId : ''
    schedulerEndpoint: usesScheduler ? scheduler!.outputs.endpoint : ''
    taskHub: usesScheduler ? scheduler!.outputs.taskHub : ''
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    durableAlwaysReady: durableAlwaysReady
    httpPerInstanceConcurrency: httpPerInstanceConcurrency
    appSettings: union({ HTTP_AUTH_LEVEL: httpAuthLevel }, appSettings)
  }
}

module monitoring 'monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    applicationInsightsId: observability.outputs.applicationInsightsId
    logAnalyticsId: observability.outputs.logAnalyticsId
    location: location
    tags: tags
    alertEmail: alertEmail
  }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_NAME string = functionApp.outputs.name
output AZURE_KEY_VAULT_NAME string = vault.outputs.name
output APP_URL string = functionApp.outputs.url
